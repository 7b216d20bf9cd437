"""The examples run, and what they promise holds."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest


def test_every_sample_of_the_furnace_goes_on_after_kill_9(repository: Path, tmp_path: Path) -> None:
    script = str(repository / "examples" / "furnace_of_eight.py")
    child = subprocess.Popen([sys.executable, script, str(tmp_path), "0.02"], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if line.count("b001") >= 8:
            os.kill(child.pid, signal.SIGKILL)
            break
    child.wait()
    assert child.returncode == -signal.SIGKILL
    again = subprocess.run([sys.executable, script, str(tmp_path)], capture_output=True, text=True, timeout=120)
    assert again.returncode == 0, again.stderr
    ends = re.findall(r"^(b001-\d\d) (\S+) ?(.*)$", again.stdout, re.MULTILINE)
    assert [e[1] for e in ends] == ["finished"] * 12 and not any(e[2] for e in ends)
    most = max(line.count("b001") for line in again.stdout.splitlines() if "furnace" in line)
    assert most <= 8


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_nobody_waits_for_alice(repository: Path, seed: int) -> None:
    script = str(repository / "examples" / "three_users.py")
    done = subprocess.run([sys.executable, script, str(seed)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    ends = {n: float(t) for n, t in re.findall(r"(\w+) is done at ([\d.]+) h", done.stdout)}
    assert 72 < ends["Alice"] < 73 and ends["Bob"] < 9 and ends["Charlie"] < 9
