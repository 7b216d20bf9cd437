"""Shared by all tests: where the repository and the data stand, the example files as editable copies, and a database
on SQLite and, where PostgreSQL and its driver are installed, on a private server of this test run.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from aichemist.records import Database

REPOSITORY = Path(__file__).parents[1]
ARTICLE = (
    "A note on NiFe hydroxides for oxygen evolution\n\nFor the OER, NiFe LDH needs an overpotential of 245 mV at "
    "10 mA cm-2 in 1 M KOH.\n\nNi(NO3)2·6H2O and Fe(NO3)3·9H2O were dissolved in water and dried at 80 °C for 12 h.\n"
)

# children started by tests find the data, too
os.environ.setdefault("AICHEMIST_DATA", str(REPOSITORY.parent / "shared" / "data"))
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def data_folder() -> Path:
    folder = Path(os.environ["AICHEMIST_DATA"])
    if not folder.is_dir():
        pytest.skip(f"no data sets in {folder}")
    return folder


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with copies of the example campaign, protocol and lab, for a test to spoil.

    The campaign reads one short article, so that not every test reads the eighteen long ones.
    """
    for name in ("campaigns", "protocols", "labs"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "note.txt").write_text(ARTICLE)
    campaign = tmp_path / "campaigns" / "oer.toml"
    campaign.write_text(campaign.read_text() + '\n[reading]\nfolder = "../articles"\n')
    return tmp_path


def command_here(
    *arguments: object, cwd: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """``aichemist ARGUMENTS``, as its own process would answer, but in this one: that starts in no time.

    Whatever is about processes (signals, kills, two at once, what is imported) starts one.
    """
    from click.testing import CliRunner

    from aichemist.cli import main

    command, code = [str(a) for a in arguments], 0
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.chdir(cwd),
        CliRunner(env=environment).isolation() as (out, err, _),
    ):
        patch.setattr("sys.argv", ["aichemist", *command])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
    return subprocess.CompletedProcess(command, code, out.getvalue().decode(), err.getvalue().decode())


@pytest.fixture(scope="session")
def call() -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command, carried out in this process: ``call("show", "a", cwd=folder)``."""
    return command_here


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a machine without any data set."""
    monkeypatch.setenv("AICHEMIST_DATA", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))


def _programs() -> Path | None:
    found = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if found is None else [Path(found).parent]
    return next((p for p in reversed(places) if (p / "initdb").exists() and (p / "pg_ctl").exists()), None)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server of our own, reached through a socket in its folder; skips where it cannot be had."""
    programs = _programs()
    if programs is None or importlib.util.find_spec("psycopg") is None:
        pytest.skip("PostgreSQL or psycopg is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    other: dict[str, Any] = {}
    if os.getuid() == 0:  # the server refuses to run as root
        import pwd

        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        other = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def call(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=folder, **other)

    data = folder / "data"
    try:
        call(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "tester", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        call(str(programs / "pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
    except (subprocess.SubprocessError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start here: {error}")
    try:
        yield f"postgresql+psycopg://tester@/postgres?host={folder}"
    finally:
        subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], capture_output=True, **other)
        shutil.rmtree(folder, ignore_errors=True)


def _emptied(url: str) -> Database:
    from sqlalchemy import create_engine, text

    from aichemist.records import Database

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    engine.dispose()
    return Database(url)


@pytest.fixture
def empty_postgresql(postgresql: str) -> Iterator[Database]:
    """An empty database on PostgreSQL; skips where that cannot be had."""
    made = _emptied(postgresql)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, once of each kind."""
    from aichemist.records import Database

    if request.param == "sqlite":
        made = Database(tmp_path / "a b.db")
    else:
        made = _emptied(request.getfixturevalue("postgresql"))
    yield made
    made.close()


class Asking:
    """Settings of a rule of the tests' own: ``says`` finds something wrong with each vial that takes a lot of nickel."""

    def __init__(self) -> None:
        self.outcome, self.role, self.rule, self.above, self.version = (
            "approval",
            "safety_officer",
            "much_nickel",
            0.2,
            "1",
        )
        self.always, self.message = False, "nickel"


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Asking:
    """A rule registered as a plug-in's would be, which asks for approval; in this process only."""
    from types import SimpleNamespace

    from aichemist.chemistry import Finding
    from aichemist.guard import Rule, _review

    settings = Asking()

    class MuchNickel(Rule):
        id = "much_nickel"
        source = "a test"

        def __init__(self) -> None:
            self.id, self.version = settings.rule, settings.version

        def check(self, context: Any) -> Iterator[Finding]:
            for e in context.experiments:
                share = e.recipe.values.get("Ni", 0.0)
                if settings.always or share > settings.above:
                    yield Finding(
                        self.id, settings.outcome, f"{settings.message} {share:.2g}" if settings.message == "nickel" else settings.message, self.source, e.sample, None, "take less",
                        settings.role, ("nickel nitrate",), ("wear gloves",),
                    )  # fmt: skip

    known = _review.entry_points

    def with_ours(*, group: str) -> Any:
        found = list(known(group=group))
        ours = SimpleNamespace(name=settings.rule, load=lambda: MuchNickel)
        return [*found, ours] if group == "aichemist.guard_rules" else found

    monkeypatch.setattr(_review, "entry_points", with_ours)
    return settings


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of this process read no articles and share one landscape: for tests that are about neither."""
    from types import SimpleNamespace

    from aichemist.campaign import _loop
    from aichemist.chemistry import Digest

    nothing = SimpleNamespace(digest=Digest("none", 0, 0, (), (), ()), said="nothing was read")
    monkeypatch.setattr(_loop, "read_literature", lambda *_: nothing)
    monkeypatch.setattr(_loop, "overpotential_map", _landscape)


@functools.lru_cache(maxsize=1)
def _landscape() -> Any:
    from aichemist.campaign._sources import overpotential_map

    return overpotential_map()
