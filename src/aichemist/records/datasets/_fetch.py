"""Finding a data set on this machine, and fetching it from its source with its sums checked."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aichemist.chemistry import DatasetError

from ._extract import uima_text
from ._registry import ORIGIN, DataFile, Dataset, dataset

#: called with the file's name, the bytes so far and the bytes in all
Progress = Callable[[str, int, int], None]

_OFFLINE = (
    "What works without it: the campaigns on the shipped fitted map (aichemist demo), the shipped summaries for "
    "reading, and the tests. With a copy of the files elsewhere, set AICHEMIST_DATA to its folder."
)
_CONNECT_S, _READ_S = 10.0, 60.0
_CHUNK = 1 << 16
#: the largest annotation file that is taken (bytes)
_MOST_CONTAINER = 20_000_000


def data_folder() -> Path:
    """The user's folder for data sets."""
    from platformdirs import user_data_dir

    return Path(user_data_dir("aichemist")) / "datasets"


def _mirror() -> Path | None:
    """The local mirror: ``AICHEMIST_DATA``; unset, ``../shared/data``; empty, none at all."""
    setting = os.environ.get("AICHEMIST_DATA")
    if setting is not None:
        return Path(setting).expanduser() if setting.strip() else None
    beside = Path.cwd() / ".." / "shared" / "data"
    return beside.resolve() if beside.is_dir() else None


def find(name: str) -> Path | None:
    """The folder of the set ``name`` on this machine, or ``None``.

    Looks in the mirror (``AICHEMIST_DATA``, else ``../shared/data`` beside the current folder; an empty
    ``AICHEMIST_DATA`` means no mirror), then in the user's data folder. A folder counts when all the files that the
    set needs are in it; sums are checked by ``get``, not here.

    Raises:
        InputError: no set has this name.
    """
    wanted = dataset(name)
    mirror = _mirror()
    places = [data_folder() / wanted.name] if mirror is None else [mirror / wanted.mirror_folder, data_folder() / name]
    for place in places:
        with suppress(OSError):
            if all((place / need).exists() for need in wanted.needs):
                return place.resolve()
    return None


def get(
    name: str, *, folder: Path | None = None, base_url: str | None = None, progress: Progress | None = None
) -> Path:
    """Fetch the set ``name`` and give its folder; files already there with the right sums are not fetched again.

    All files are fetched and checked in a temporary folder first and moved into place only when every sum is right.
    ``SOURCE.txt`` beside them holds source, licence and citation.

    Args:
        folder: where sets are kept, one folder each; the user's data folder unless told.
        base_url: a mirror of raw.githubusercontent.com; ``AICHEMIST_DATA_URL`` unless told.
        progress: called while bytes arrive.

    Raises:
        InputError: no set has this name.
        DatasetError: no network, the source does not have a file, its sum is wrong, the folder cannot be written, or
            the set can only be read from a local mirror.
    """
    wanted = dataset(name)
    if wanted.mirror_only:
        found = find(name)
        if found is not None:
            return found
        raise DatasetError(
            f"the data set '{name}' cannot be downloaded by name: {wanted.mirror_only}. It is understood from a local "
            f"mirror (AICHEMIST_DATA); its source is {wanted.source}. {_OFFLINE}"
        )
    target = (data_folder() if folder is None else Path(folder)) / wanted.name
    base = base_url or os.environ.get("AICHEMIST_DATA_URL") or ORIGIN
    try:
        if _complete(wanted, target):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{wanted.name}-", dir=target.parent) as waiting:
            for file in wanted.files:
                path = Path(waiting) / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                _download(wanted.url(file, base), file, path, wanted, progress)
            (Path(waiting) / "SOURCE.txt").write_text(wanted.notice, encoding="utf-8")
            names = [*(f.name for f in wanted.files), "SOURCE.txt"]
            if any(f.notice for f in wanted.files):
                (Path(waiting) / "README.md").write_text(_attribution(wanted), encoding="utf-8")
                names.append("README.md")
            for file_name in names:
                (target / file_name).parent.mkdir(parents=True, exist_ok=True)
                (Path(waiting) / file_name).replace(target / file_name)
    except OSError as error:
        raise DatasetError(
            f"the data set '{name}' cannot be written to {target}: {error.strerror or error}. Give another folder, or "
            "make room there."
        ) from error
    return target


def _attribution(wanted: Dataset) -> str:
    """One line per file that asks for attribution, in the form that the reading room understands."""
    lines = [f"- {Path(f.name).stem}: {f.notice}" for f in wanted.files if f.notice]
    return "\n".join([f"# {wanted.summary}", "", wanted.notice, *lines, ""])


def _complete(wanted: Dataset, folder: Path) -> bool:
    return all((folder / f.name).is_file() and _sha256(folder / f.name) == f.sha256 for f in wanted.files)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(url: str, file: DataFile, path: Path, wanted: Dataset, progress: Progress | None) -> None:
    import requests

    done = 0
    # a file that holds the wanted one is larger: annotation beside the text
    limit = file.bytes + _CHUNK if not file.extract else _MOST_CONTAINER
    chunks: list[bytes] = []
    try:
        with requests.get(url, stream=True, timeout=(_CONNECT_S, _READ_S)) as answer:
            if answer.status_code != 200:
                raise DatasetError(
                    f"the data set '{wanted.name}' cannot be had: {url} answered {answer.status_code} "
                    f"{answer.reason}. Its source may have moved: {wanted.source}. {_OFFLINE}"
                )
            for chunk in answer.iter_content(_CHUNK):
                done += len(chunk)
                if done > limit:
                    break  # proof enough; an endless answer must not fill the memory
                chunks.append(chunk)
                if progress is not None:
                    progress(file.name, done, file.bytes)
    except requests.RequestException as error:
        raise DatasetError(
            f"the data set '{wanted.name}' cannot be had: {url} cannot be reached ({type(error).__name__}). Is this "
            f"machine offline? {_OFFLINE}"
        ) from error
    content = b"".join(chunks)
    if file.extract:
        content = uima_text(content)
    total = hashlib.sha256(content)
    if total.hexdigest() != file.sha256:
        cut = " or more, the first of them" if done > limit else ""
        raise DatasetError(
            f"{file.name} of the data set '{wanted.name}' is not the published file: {url} gave {done} bytes{cut} with "
            f"SHA-256 {total.hexdigest()}, the registry has {file.bytes} bytes with {file.sha256}. Nothing was kept."
        )
    path.write_bytes(content)
