"""The registry: each set with its source, commit, licence, paper, and the sum of each file."""

from __future__ import annotations

import difflib
import tomllib
from functools import cache
from importlib import resources
from urllib.parse import quote

from attrs import frozen

from aichemist.chemistry import InputError

#: where files of a GitHub repository at one commit are served as they are
ORIGIN = "https://raw.githubusercontent.com"


@frozen
class DataFile:
    """One file: its name here, its path in the source repository, its size and SHA-256.

    With ``extract`` the source file holds the wanted one (``uima``: the text of a UIMA XMI file); size and sum are
    those of what is taken out. ``notice`` is the attribution that the licence asks for, shown in ``README.md``.
    """

    name: str
    path: str
    bytes: int
    sha256: str
    extract: str = ""
    notice: str = ""


@frozen
class Dataset:
    """A public data set.

    ``needs`` are the files or folders that must be there for the set to count as found. ``mirror_only`` is empty for
    a set that can be downloaded, else the reason why it can only be read from a local mirror; ``mirror_folder`` is
    where it lies below the mirror. ``unit`` is that of the first measurement, where the registry knows it.
    """

    name: str
    summary: str
    repository: str
    commit: str
    licence: str
    citation: str
    files: tuple[DataFile, ...]
    needs: tuple[str, ...]
    mirror_folder: str
    mirror_only: str
    unit: str

    @property
    def size_bytes(self) -> int:
        """Bytes to download."""
        return sum(f.bytes for f in self.files)

    @property
    def source(self) -> str:
        """The page of the source repository at the commit."""
        return f"https://github.com/{self.repository}/tree/{self.commit}"

    @property
    def notice(self) -> str:
        """Source, licence and citation, to be shown and kept with the files."""
        return (
            f"{self.name}: {self.summary}\n"
            f"source:   {self.source}\nlicence:  {self.licence}\ncite:     {self.citation}\n"
        )

    def url(self, file: DataFile, base_url: str = ORIGIN) -> str:
        """Where ``file`` is served."""
        return f"{base_url.rstrip('/')}/{self.repository}/{self.commit}/{quote(file.path)}"


@cache
def list_datasets() -> tuple[Dataset, ...]:
    """All sets of the registry, in its order."""
    text = (resources.files("aichemist.records.datasets") / "_registry.toml").read_text(encoding="utf-8")
    found = []
    for entry in tomllib.loads(text)["set"]:
        files = tuple(DataFile(**f) for f in entry.get("file", ()))
        found.append(
            Dataset(
                name=entry["name"],
                summary=entry["summary"],
                repository=entry["repository"],
                commit=entry["commit"],
                licence=entry["licence"],
                citation=entry["citation"],
                files=files,
                needs=tuple(entry.get("needs", [f.name for f in files])),
                mirror_folder=entry.get("mirror_folder", entry["name"]),
                mirror_only=entry.get("mirror_only", ""),
                unit=entry.get("unit", ""),
            )
        )
    return tuple(found)


def dataset(name: str) -> Dataset:
    """The set of that name.

    Raises:
        InputError: there is none; the message names the nearest ones.
    """
    by_name = {d.name: d for d in list_datasets()}
    if name not in by_name:
        near = difflib.get_close_matches(name, by_name, n=3) or sorted(by_name)
        raise InputError("no data set has this name", value=name, mend="the registry has " + ", ".join(near))
    return by_name[name]
