"""Finding and fetching data sets, against a real HTTP server on this machine."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from aichemist.chemistry import DatasetError, InputError
from aichemist.records.datasets import find, get, list_datasets

SHARED = Path(os.environ.get("AICHEMIST_DATA") or Path(__file__).parents[4] / "shared" / "data")
NEEDS_SHARED = pytest.mark.skipif(not (SHARED / "oer_plate_3496").is_dir(), reason="no data beside the repository")
NAME = "oer_co_mn_sb_sn_ti"  # its paths have blanks and a per cent sign


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's data folder of our own, and no mirror."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AICHEMIST_DATA", "")
    monkeypatch.delenv("AICHEMIST_DATA_URL", raising=False)
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    return tmp_path / "home" / "aichemist" / "datasets"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The mirrored site: the files of the set at their published paths."""
    root = tmp_path / "site"
    wanted = next(d for d in list_datasets() if d.name == NAME)
    for file in wanted.files:
        path = root / wanted.repository / wanted.commit / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((SHARED / NAME / file.name).read_bytes())
    return root


@pytest.fixture
def server(site: Path) -> Iterator[ThreadingHTTPServer]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(site)))
    httpd.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield httpd
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def url(httpd: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{httpd.server_port}"


def everything(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*")) if folder.exists() else []


@NEEDS_SHARED
def test_a_set_is_fetched_once_with_its_notice(home: Path, server: Any) -> None:
    seen: list[tuple[str, int, int]] = []
    folder = get(NAME, base_url=url(server), progress=lambda *a: seen.append(a))
    assert folder == home / NAME
    assert find(NAME) == folder.resolve()
    wanted = next(d for d in list_datasets() if d.name == NAME)
    for file in wanted.files:
        assert hashlib.sha256((folder / file.name).read_bytes()).hexdigest() == file.sha256
        assert (file.name, file.bytes, file.bytes) in seen
    notice = (folder / "SOURCE.txt").read_text()
    assert wanted.licence in notice and wanted.citation in notice and wanted.commit in notice
    assert len(server.asked) == 4
    assert any("10%25" in path for path in server.asked)
    get(NAME, base_url=url(server))
    assert len(server.asked) == 4
    assert everything(home) == sorted([NAME, "SOURCE.txt", *(f.name for f in wanted.files)])


@NEEDS_SHARED
def test_a_damaged_copy_is_fetched_again(home: Path, server: Any) -> None:
    folder = get(NAME, base_url=url(server))
    victim = folder / "Composition_space_5element_10%.txt"
    before = victim.read_bytes()
    victim.write_bytes(before[:100])
    get(NAME, base_url=url(server))
    assert victim.read_bytes() == before


@NEEDS_SHARED
def test_the_url_may_come_from_the_environment(
    home: Path, server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AICHEMIST_DATA_URL", url(server) + "/")
    assert get(NAME, folder=tmp_path / "here") == tmp_path / "here" / NAME
    assert find(NAME) is None


@NEEDS_SHARED
@pytest.mark.parametrize("change", [b"x", b"x" * 500_000])
def test_a_wrong_sum_leaves_nothing_behind(home: Path, server: Any, site: Path, change: bytes) -> None:
    wanted = next(d for d in list_datasets() if d.name == NAME)
    last = wanted.files[-1]
    path = site / wanted.repository / wanted.commit / last.path
    path.write_bytes(path.read_bytes() + change)
    with pytest.raises(DatasetError, match=last.sha256) as caught:
        get(NAME, base_url=url(server))
    assert last.name in str(caught.value)
    if len(change) == 1:
        assert hashlib.sha256(path.read_bytes()).hexdigest() in str(caught.value)
    assert everything(home) == []
    assert find(NAME) is None


@NEEDS_SHARED
def test_a_missing_file_is_named_with_its_status(home: Path, server: Any, site: Path) -> None:
    wanted = next(d for d in list_datasets() if d.name == NAME)
    (site / wanted.repository / wanted.commit / wanted.files[0].path).unlink()
    with pytest.raises(DatasetError, match="404"):
        get(NAME, base_url=url(server))
    assert everything(home) == []


def test_offline_says_so_and_what_still_works(home: Path) -> None:
    with socket.socket() as taken:  # bound but not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(DatasetError, match=r"offline.*fitted map.*demo.*tests"):
            get(NAME, base_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert everything(home) == []


@NEEDS_SHARED
def test_a_folder_that_cannot_be_written_is_named(home: Path, server: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatasetError, match="cannot be written"):
        get(NAME, folder=tmp_path / "file", base_url=url(server))


def test_a_set_of_the_mirror_only_gives_the_reason(home: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be downloaded by name: the local copy records"):
        get("mspt")


@pytest.mark.skipif(not (SHARED.parent / "literature" / "frames").is_dir(), reason="no articles beside the repository")
def test_articles_are_taken_out_of_their_annotation_files_with_attribution(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of the articles are here as annotation files: the others are left out of the registry for this test."""
    from aichemist.records.datasets import _fetch

    full = _fetch.dataset("literature")
    two = evolve(
        full, files=tuple(f for f in full.files if f.name.startswith("text/electrolysis_0") and f.name[-5] in "12")
    )
    assert len(full.files) == 18 and len(two.files) == 2
    monkeypatch.setattr(_fetch, "dataset", lambda name: two)
    root = tmp_path / "articles"
    for file in two.files:
        path = root / two.repository / two.commit / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((SHARED.parent / "literature" / "frames" / Path(file.path).name).read_bytes())
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(root)))
    httpd.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        folder = get("literature", base_url=f"http://127.0.0.1:{httpd.server_address[1]}")
        (root / two.repository / two.commit / two.files[0].path).write_bytes(b"<not xmi/>")
        (folder / two.files[0].name).unlink()
        with pytest.raises(DatasetError, match="not the published file"):
            get("literature", base_url=f"http://127.0.0.1:{httpd.server_address[1]}")
    finally:
        httpd.shutdown()
        httpd.server_close()
    kept = folder / two.files[1].name
    assert kept.read_bytes() == (SHARED.parent / "literature" / "text" / kept.name).read_bytes()
    assert "doi:10.1021/acsanm.0c01945, CC-BY 4.0" in (folder / "README.md").read_text()


def test_an_unknown_name_is_answered_with_near_ones(home: Path) -> None:
    with pytest.raises(InputError, match="oer_plate_3496"):
        get("oer_plate_3497")
    with pytest.raises(InputError, match="no data set"):
        find("nothing")


def test_a_mirror_without_the_needed_files_does_not_count(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = tmp_path / "mirror"
    (mirror / "oer_plate_3496").mkdir(parents=True)
    monkeypatch.setenv("AICHEMIST_DATA", str(mirror))
    assert find("oer_plate_3496") is None
    for name in ("data.csv", "config.json", "description.txt"):
        (mirror / "oer_plate_3496" / name).write_text("x")
    assert find("oer_plate_3496") == mirror / "oer_plate_3496"


def test_the_mirror_beside_the_current_folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AICHEMIST_DATA")
    (tmp_path / "repository").mkdir()
    monkeypatch.chdir(tmp_path / "repository")
    assert find("snar") is None
    folder = tmp_path / "shared" / "data" / "snar"
    folder.mkdir(parents=True)
    for name in ("data.csv", "config.json", "description.txt"):
        (folder / name).write_text("x")
    assert find("snar") == folder


@NEEDS_SHARED
def test_every_set_is_found_in_the_mirror_with_the_registered_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICHEMIST_DATA", str(SHARED))
    for wanted in list_datasets():
        folder = find(wanted.name)
        assert folder is not None, wanted.name
        for file in wanted.files:
            raw = (folder / file.name).read_bytes()
            assert (len(raw), hashlib.sha256(raw).hexdigest()) == (file.bytes, file.sha256)


def test_every_registered_set_is_complete() -> None:
    for wanted in list_datasets():
        assert wanted.licence and wanted.citation and wanted.summary and wanted.needs
        assert bool(wanted.files) != bool(wanted.mirror_only)
        if wanted.files:
            assert len(wanted.commit) == 40
        for file in wanted.files:
            assert " " not in wanted.url(file)
            assert wanted.url(file).startswith(
                f"https://raw.githubusercontent.com/{wanted.repository}/{wanted.commit}/"
            )
