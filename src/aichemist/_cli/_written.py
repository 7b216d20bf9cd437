"""Files that a command writes: looked at before the work begins, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def refuse_inputs(outputs: Iterable[Path], inputs: Sequence[Path], option: str = "--output") -> None:
    """What is read is not written over, whatever the options say.

    Raises:
        InputError: an output is one of the inputs, by whatever path.
    """
    from ..chemistry import InputError

    for output in outputs:
        for given in inputs:
            if output.resolve() == given.resolve() or (output.exists() and given.exists() and output.samefile(given)):
                raise InputError(
                    "is one of the inputs and would be lost", file=output, key=option, mend="give another name"
                )


def look_before(path: Path, option: str, suffixes: Sequence[str] = (), *, source: Path) -> None:
    """Refuses what could not be written in the end; makes the folder.

    Raises:
        InputError: a folder, the file that is read, another suffix, or a place where nothing can be written.
    """
    from ..chemistry import InputError

    if path.is_dir():
        raise InputError("a file is wanted, this is a folder", file=path, key=option, mend="name a file in it")
    refuse_inputs([path], [source], option)
    if suffixes and path.suffix.lower() not in suffixes:
        mend = f"end it in {' or '.join(suffixes)}"
        raise InputError("of this kind none can be written", file=path, key=option, value=path.suffix, mend=mend)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = _part(path)
        part.touch()
        part.unlink()
    except OSError as error:
        raise _refused(path, option, error) from None


@contextmanager
def written(path: Path, option: str | None = None) -> Iterator[Path]:
    """Where to write; it becomes ``path`` when all is there, else the old file stays.

    Raises:
        InputError: it cannot be written.
    """
    from ..chemistry import drop_part

    part = _part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        drop_part(part)
        raise _refused(path, option, error) from None
    except BaseException:
        drop_part(part)
        raise


def _part(path: Path) -> Path:
    return path.with_name(f".{path.stem}.part{path.suffix}")


def _refused(path: Path, option: str | None, error: OSError) -> Exception:
    from ..chemistry import InputError

    return InputError(f"cannot be written ({error.strerror})", file=path, key=option, mend="give another file")
