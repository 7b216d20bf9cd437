"""Raw signals as Parquet files in the run's folder."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aichemist.chemistry import RecordsError, drop_part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


#: hex digits of the SHA-256 of the content in a name; 128 bits. Earlier versions had 10, of something else
_DIGITS = 32
_HASHED = re.compile(rf"\.([0-9a-f]{{{_DIGITS}}})\.parquet$")


def as_written(name: str, content: bytes) -> bool | None:
    """Whether a raw file is what its name says; ``None`` for a name that holds no hash of the content."""
    found = _HASHED.search(name)
    return None if found is None else hashlib.sha256(content).hexdigest()[:_DIGITS] == found[1]


def _sync(folder: Path) -> None:
    """A power cut must not lose the name of a file of which the journal is going to tell."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class RawData:
    """Signals in ``folder``; one file each, written once and whole.

    The name ends in a hash of the content: as the journal holds the name, no change goes unseen. Command, sample and
    kind are part of the content, so that writing again after a crash meets the same file, and nobody else's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(
        self,
        command_id: str,
        sample: str,
        kind: str,
        columns: Mapping[str, NDArray[np.float64]],
        metadata: Mapping[str, Any],
    ) -> str:
        """Keep a signal; returns the file name.

        Raises:
            RecordsError: the disk is full or the folder cannot be written; no partial file is left.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        head = {"command": command_id, "sample": sample, "kind": kind, "metadata": json.dumps(dict(metadata))}
        table = pa.table({k: pa.array(v) for k, v in columns.items()}).replace_schema_metadata(head)
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd")
        content = buffer.getvalue()
        digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
        name = f"{re.sub(r'[^A-Za-z0-9_.-]', '_', sample)}.{kind}.{digest}.parquet"
        target, part = self._folder / name, self._folder / f".{name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            part.replace(target)
            _sync(self._folder)
        except OSError as error:
            drop_part(part)
            raise RecordsError(
                f"{target}: the raw signal could not be written: {error.strerror or error}\n"
                "  mend: free disk space or mend the folder's permissions, then 'aichemist resume RUN'"
            ) from error
        return name

    def read(self, name: str) -> tuple[dict[str, NDArray[np.float64]], dict[str, Any]]:
        """Columns and metadata of a signal.

        Raises:
            RecordsError: missing, damaged, or not what was written.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self._folder / name
        try:
            content = path.read_bytes()
            if as_written(name, content) is False:
                raise RecordsError(
                    f"{path}: was changed since it was written\n  mend: put back what was written, from a copy"
                )
            table = pq.read_table(io.BytesIO(content))
        except (OSError, pa.ArrowException) as error:
            raise RecordsError(f"{path}: the raw signal cannot be read: {error}") from error
        head = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
        metadata = json.loads(head.get("metadata", "{}"))
        return {c: table[c].to_numpy() for c in table.column_names}, {**metadata, "kind": head.get("kind", "")}
