"""Processes to be killed: started cold, with all their imports, or forked by a server that has them already."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

CHILD = Path(__file__).with_name("_chaos_child.py")
_ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}


class Cold:
    """``python _chaos_child.py ...``: it may be killed in the middle of an import."""

    def __init__(self, arguments: Sequence[str]) -> None:
        command = [sys.executable, str(CHILD), *arguments]
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_ENVIRONMENT
        )

    def wait(self, seconds: float | None) -> bool:
        """Whether it ended by itself within the time."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)

    def end(self) -> tuple[int, str]:
        """Exit code and what it said, once it has ended."""
        _, errors = self._process.communicate()
        return self._process.returncode, errors.decode()


class Server:
    """Forks one process at a time that has everything imported."""

    def __init__(self, file: Path) -> None:
        command = [sys.executable, str(CHILD), "--serve", str(file)]
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_ENVIRONMENT, bufsize=0
        )
        self.said()

    @property
    def out(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def say(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode() + b"\n")

    def said(self) -> str:
        line = self.out.readline().decode().strip()
        if not line:
            raise SystemExit("the server of children broke off")
        return line

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Warm:
    """A process forked by the server; the signal is the same, and reaches it directly."""

    def __init__(self, server: Server, arguments: Sequence[str], errors: Path) -> None:
        self._server, self._errors, self._ended = server, errors, False
        server.say(json.dumps([*arguments, str(errors)]))
        self._pid = int(server.said())

    def wait(self, seconds: float | None) -> bool:
        if not self._ended and select.select([self._server.out], [], [], seconds)[0]:
            self._ended = self._server.said() == "ended"
        return self._ended

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def end(self) -> tuple[int, str]:
        self.wait(None)
        self._server.say("")
        return int(self._server.said()), self._errors.read_text() if self._errors.exists() else ""
