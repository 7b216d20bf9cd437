"""Weights in a file: one line of JSON, then arrays and lists of texts, compressed by LZMA. Nothing in it is executed.

The bytes depend on the content alone (no times, no names of machines), so that the same training gives the same file.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aichemist.chemistry import InputError

_FORMAT = "aichemist-entities-1"
_TYPES = {"float16", "float32", "float64", "int8", "int16", "int32", "int64"}
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]


def write_store(
    path: Path,
    about: Mapping[str, object],
    arrays: Mapping[str, NDArray[Any]],
    texts: Mapping[str, Sequence[str]],
) -> None:
    """Write a file that `read_store` reads; texts must hold no line break."""
    parts: list[bytes] = []
    header: dict[str, Any] = {"format": _FORMAT, "about": dict(about), "arrays": [], "texts": []}
    for name, array in sorted(arrays.items()):
        header["arrays"].append([name, array.dtype.name, list(array.shape)])
        parts.append(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes())
    for name, lines in sorted(texts.items()):
        body = "\n".join(lines).encode("utf-8")
        header["texts"].append([name, len(body)])
        parts.append(body)
    head = json.dumps(header, sort_keys=True).encode("utf-8") + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress(head + b"".join(parts), format=lzma.FORMAT_XZ, filters=_FILTERS))


def read_store(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]], dict[str, list[str]]]:
    """What the file holds: about, arrays by name, lists of texts by name.

    Raises:
        InputError: the file is not there, damaged, or not of this format.
    """
    try:
        body = lzma.decompress(path.read_bytes())
        head, _, rest = body.partition(b"\n")
        header = json.loads(head)
        if header["format"] != _FORMAT:
            raise ValueError(header["format"])
        arrays: dict[str, NDArray[Any]] = {}
        at = 0
        for name, kind, dimensions in header["arrays"]:
            if kind not in _TYPES:
                raise ValueError(kind)
            dtype = np.dtype(kind).newbyteorder("<")
            count = int(np.prod(dimensions, dtype=np.int64))
            arrays[name] = np.frombuffer(rest, dtype=dtype, count=count, offset=at).reshape(dimensions)
            at += count * dtype.itemsize
        texts: dict[str, list[str]] = {}
        for name, size in header["texts"]:
            texts[name] = rest[at : at + size].decode("utf-8").split("\n") if size else []
            at += size
    except (OSError, lzma.LZMAError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"these weights cannot be read ({error})", file=path, mend="install aichemist again"
        ) from error
    return dict(header["about"]), arrays, texts
