"""Raw signals as Parquet files in the run's folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aichemist.chemistry import RecordsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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

    The name follows from command, sample and kind, so that writing again after a crash meets the same file.
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

        digest = hashlib.sha256(f"{command_id}|{sample}|{kind}".encode()).hexdigest()[:10]
        name = f"{re.sub(r'[^A-Za-z0-9_.-]', '_', sample)}.{kind}.{digest}.parquet"
        head = {"command": command_id, "sample": sample, "kind": kind, "metadata": json.dumps(dict(metadata))}
        target, part = self._folder / name, self._folder / f".{name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            table = pa.table({k: pa.array(v) for k, v in columns.items()}).replace_schema_metadata(head)
            pq.write_table(table, part, compression="zstd")
            with part.open("rb") as handle:
                os.fsync(handle.fileno())
            part.replace(target)
            _sync(self._folder)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise RecordsError(
                f"{target}: the raw signal could not be written: {error.strerror or error}\n"
                "  mend: free disk space or mend the folder's permissions, then 'aichemist resume RUN'"
            ) from error
        return name

    def read(self, name: str) -> tuple[dict[str, NDArray[np.float64]], dict[str, Any]]:
        """Columns and metadata of a signal.

        Raises:
            RecordsError: missing or damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self._folder / name
        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowException) as error:
            raise RecordsError(f"{path}: the raw signal cannot be read: {error}") from error
        head = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
        metadata = json.loads(head.get("metadata", "{}"))
        return {c: table[c].to_numpy() for c in table.column_names}, {**metadata, "kind": head.get("kind", "")}
