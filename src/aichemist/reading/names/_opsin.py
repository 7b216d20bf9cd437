"""Systematic names by OPSIN (Lowe et al., J. Chem. Inf. Model. 2011, 51, 739), where Java is installed.

One Java process reads many names from its standard input, one a line; nothing of a name ever reaches a shell or a
command line. Without Java, or past the time limit, names stay unresolved and nothing is raised.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib import util
from pathlib import Path
from threading import Lock

_MAX_NAME = 250
_BATCH = 2000
_ALLOWED = re.compile(r"[A-Za-z0-9 ,.'()\[\]{}+:;*/-]{3,250}")
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ω": "omega", "λ": "lambda", "η": "eta", "μ": "mu",
          "κ": "kappa", "π": "pi", "±": "+-", "′": "'", "’": "'", "″": "''", "`": "'", "ʹ": "'"}  # fmt: skip
_known: dict[str, str] = {}
_lock = Lock()
_MOST_KNOWN = 200_000


def ascii_name(name: str) -> str:
    """The name as OPSIN takes it, empty where it holds characters no systematic name has."""
    for sign, spelt in _GREEK.items():
        name = name.replace(sign, spelt)
    name = " ".join(name.split())
    if len(name) > _MAX_NAME or not _ALLOWED.fullmatch(name) or not re.search(r"[a-z]{3}", name.casefold()):
        return ""
    return name


@cache
def command() -> tuple[str, ...] | None:
    """The Java call, ``None`` where Java or OPSIN is missing."""
    java = shutil.which("java")
    found = util.find_spec("py2opsin")
    if java is None or found is None or found.origin is None:
        return None
    jars = sorted(Path(found.origin).parent.glob("opsin-cli-*.jar"))
    if not jars:
        return None
    return (java, "-Xmx512m", "-Xss4m", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8", "-jar", str(jars[-1]), "-osmi")


def smiles_of(names: Sequence[str], *, timeout_s: float = 20.0) -> dict[str, str]:
    """SMILES by name, empty where OPSIN has none; each process has ``timeout_s`` + 20 ms a name."""
    wanted = list(dict.fromkeys(name for name in names if name not in _known))
    asked = [(name, ascii_name(name)) for name in wanted]
    for name, spelt in asked:
        if not spelt:
            _remember(name, "")
    asked = [(name, spelt) for name, spelt in asked if spelt]
    for start in range(0, len(asked), _BATCH):
        batch = asked[start : start + _BATCH]
        answers = _ask([spelt for _, spelt in batch], timeout_s + 0.02 * len(batch))
        for (name, _), answer in zip(batch, answers, strict=False):
            _remember(name, answer)
    return {name: _known.get(name, "") for name in names}


def _remember(name: str, answer: str) -> None:
    with _lock:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[name] = answer


def _ask(names: list[str], timeout_s: float) -> list[str]:
    call = command()
    if call is None:
        return []
    # variables that make Java load or print something else are not passed on
    environment = {k: v for k, v in os.environ.items() if k not in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH")}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the names are on standard input
            call,
            input="\n".join(names) + "\n",
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            env=environment,
            check=False,
        )
        output = done.stdout
    except subprocess.TimeoutExpired as late:
        # what was answered in time counts; the rest stays unasked
        partial = late.stdout or b""
        output = partial.decode("utf-8", "replace") if isinstance(partial, bytes) else partial
        output = output[: output.rfind("\n") + 1]
    except OSError:
        return []
    answers = output.split("\n")[: len(names)]
    return [answer.strip() for answer in answers]
