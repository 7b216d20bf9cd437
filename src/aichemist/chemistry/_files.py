"""Files that people write: TOML in, clear errors out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ._errors import InputError
from ._protocol import Protocol, did_you_mean, parse_protocol

if TYPE_CHECKING:
    from pydantic import BaseModel

    M = TypeVar("M", bound=BaseModel)

_MAX_BYTES = 5_000_000


def load_toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        InputError: missing, unreadable, too large, not UTF-8, or broken TOML (with the line).
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError("is larger than 5 MB; that is no TOML file of ours", file=path)
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))  # some editors write a byte order mark
    except FileNotFoundError:
        raise InputError(
            "there is no such file",
            file=path,
            mend=_near(path) or "check the path; it is taken from this folder",
        ) from None
    except IsADirectoryError:
        raise InputError("is a folder, not a file", file=path, mend="name the .toml file inside it") from None
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text (byte {error.start})", file=path, mend="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line[1]) if line else None
        raise InputError(
            f"is not valid TOML: {error}", file=path, line=number, mend="correct that line; texts need quotes"
        ) from None
    except RecursionError:
        raise InputError("is nested too deeply", file=path) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from None


def _near(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"the folder {folder} does not exist either"
    names = [p.name for p in folder.glob("*.toml")]
    return did_you_mean(path.name, names) if names else ""


def validated(model: type[M], data: Mapping[str, Any], *, file: Path, docs: str = "docs/files.md") -> M:
    """``data`` as a pydantic model; the first error becomes an ``InputError`` with file, key, value and mend.

    ``docs`` is the page that says what the keys take.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(data)
    except ValidationError as error:
        # a key nobody knows explains the one that is missing
        first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        key = ".".join(f"[{p + 1}]" if isinstance(p, int) else str(p) for p in first["loc"]).replace(".[", "[")
        inner = first.get("ctx", {}).get("error")
        if isinstance(inner, InputError):
            joined = ".".join(part for part in (key, inner.key) if part)
            raise InputError(inner.problem, file=file, key=joined or None, value=inner.value, mend=inner.mend) from None
        if first["type"] == "extra_forbidden":
            known = _fields(model, first["loc"][:-1])
            raise InputError(
                "is not a key here", file=file, key=key, mend=did_you_mean(str(first["loc"][-1]), known)
            ) from None
        if first["type"] == "missing":
            name = first["loc"][-1]
            mend = f"add '{name}'" if isinstance(name, str) else "give a pair: [low, high]"
            raise InputError("is missing", file=file, key=key, mend=f"{mend}; see {docs}") from None
        problem, _, mend = first["msg"].removeprefix("Value error, ").partition("; ")
        if first["type"] in ("model_type", "dict_type"):
            problem = "is not a table"
        raise InputError(
            problem, file=file, key=key, value=first.get("input"), mend=mend or _mend(first, docs)
        ) from None


_LIMITS = {"ge": "give {} or more", "gt": "give more than {}", "le": "give {} or less", "lt": "give less than {}"}


def _mend(error: Any, docs: str) -> str:
    if error["type"] == "literal_error":
        return did_you_mean(str(error["input"]), re.findall(r"'([^']+)'", error["ctx"]["expected"]))
    if error["type"].startswith(("float_", "int_")):
        return "write a whole number" if error["type"].startswith("int_") else "write a number, without unit or quotes"
    if error["type"] == "list_type":
        table = isinstance(error["input"], dict)
        return f"write [[{error['loc'][-1]}]], in double brackets" if table else f"write {error['loc'][-1]} = [...]"
    if error["type"] in ("model_type", "dict_type", "model_attributes_type"):
        return f"write it once, as a table: [{error['loc'][-1]}]"
    if error["type"] == "string_pattern_mismatch":
        return "use letters, digits, '.', '_' and '-', and begin with a letter or digit"
    limits = [_LIMITS[n].format(f"{v:g}") for n, v in error.get("ctx", {}).items() if n in _LIMITS]
    return "; ".join(limits) or f"see {docs} for what this key takes"


def _fields(model: Any, location: tuple[Any, ...]) -> list[str]:
    """Field names of the model at a location of the input (lists and optional fields are looked through)."""
    from typing import get_args

    from pydantic import BaseModel

    for part in location:
        if isinstance(part, int) or not hasattr(model, "model_fields"):
            continue
        found = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        if found is None:
            return []
        pending = [found.annotation]
        model = None
        while pending:
            kind = pending.pop()
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                model = kind
                break
            pending.extend(get_args(kind))
    return [f.alias or n for n, f in model.model_fields.items()] if hasattr(model, "model_fields") else []


def load_protocol(path: Path) -> Protocol:
    """A protocol file.

    Raises:
        InputError: with file, key, value and mend.
    """
    document = load_toml(path)
    try:
        return parse_protocol(document)
    except InputError as error:
        raise error.located(file=path) from None
