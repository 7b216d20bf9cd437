"""One database for all runs: SQLite (WAL) by default, another by its SQLAlchemy URL."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from aichemist.chemistry import RecordsError

from ._chain import dumps, loads

#: Alembic keeps its context in globals: one thread at a time
_MIGRATING = threading.Lock()

#: newest schema; the migrations lead here
SCHEMA = "0004"


class Database:
    """Opens the database, brings its schema up to date, and turns its errors into ours.

    An SQLite file that may not be written, as in a copy kept read-only, is opened for looking.

    Args:
        url: an SQLAlchemy URL, or a path of an SQLite file.
        wait_s: how long to wait for another process that is writing, in s.

    Raises:
        RecordsError: the file or its folder cannot be written, the disk is full, the server does not answer, or the
            schema is from the future.
    """

    def __init__(self, url: str | Path, *, wait_s: float = 30.0) -> None:
        self._where, self._wait_s, self._looks_only = "the database", wait_s, False
        with self._plain_errors():
            if isinstance(url, Path):
                self._where = str(url)
                self._looks_only = url.is_file() and not _may_write(url)
                if self._looks_only:
                    self._url = _to_look(url)
                else:
                    url.parent.mkdir(parents=True, exist_ok=True)
                    self._url = make_url("sqlite://").set(database=str(url))
            else:
                self._url = make_url(url)
                self._where = self._url.render_as_string(hide_password=True)
            self.engine = self._engine()
        with self.read() as connection:  # opening an up-to-date database waits for no writer
            current = self._schema(connection)
        if current != SCHEMA:
            if self._looks_only:
                self._not_newer(current)
                raise RecordsError(
                    f"{self._where} cannot be written, and must be: its schema is {current or 'missing'}, not "
                    f"{SCHEMA}\n"
                    "  mend: copy the folder to where it can be written"
                )
            with self.begin() as connection:
                self._migrate(connection)

    def _engine(self) -> Engine:
        name, json = self._url.get_backend_name(), {"json_serializer": dumps, "json_deserializer": loads}
        if name == "postgresql":
            # psycopg's own parameter; a server that is away is told of soon
            engine = create_engine(self._url, pool_pre_ping=True, connect_args={"connect_timeout": 10}, **json)
            event.listen(engine, "connect", self._prepare_postgresql)
            return engine
        if name != "sqlite":
            return create_engine(self._url, pool_pre_ping=True, **json)
        engine = create_engine(self._url, connect_args={"timeout": self._wait_s}, **json)
        event.listen(engine, "connect", _prepare_to_look if self._looks_only else _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _prepare_postgresql(self, connection: Any, _: Any) -> None:
        connection.execute(f"set lock_timeout = {int(1000 * self._wait_s)}")
        connection.commit()

    def _schema(self, connection: Connection) -> str | None:
        from sqlalchemy import inspect

        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("select version_num from alembic_version")).scalar()
        return None if found is None else str(found)

    def _not_newer(self, current: str | None) -> None:
        if current is not None and current > SCHEMA:
            raise RecordsError(
                f"{self._where} was written by a newer AI-Chemist (schema {current}, this one knows {SCHEMA})\n"
                "  mend: update AI-Chemist"
            )

    def _migrate(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":  # SQLite's transaction keeps others out by itself
            connection.execute(text("select pg_advisory_xact_lock(4211720233)"))
        current = self._schema(connection)
        if current == SCHEMA:
            return
        self._not_newer(current)
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        with _MIGRATING:
            command.upgrade(config, "head")

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction: committed at the end of the block, rolled back on any error."""
        with self._plain_errors(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, from one state of the database; it never waits for a writer."""
        with self._plain_errors(), self.engine.connect() as plain:
            options: dict[str, Any] = {"reading": True}
            if plain.dialect.name == "postgresql":
                options["isolation_level"] = "REPEATABLE READ"
            connection = plain.execution_options(**options)
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """SQL and file errors as RecordsError with a mend."""
        try:
            yield
        except SQLAlchemyError as error:
            origin = " ".join(str(getattr(error, "orig", None) or error).split())
            raise RecordsError(f"{self._where}: {origin}\n  mend: {_mend(origin)}") from error
        except OSError as error:
            raise RecordsError(f"{self._where}: {error.strerror}\n  mend: {_mend(str(error.strerror))}") from error
        except ModuleNotFoundError as error:
            if error.name not in ("psycopg", "psycopg2"):
                raise
            raise RecordsError(
                f"{self._where}: the driver of PostgreSQL is not installed ({error.name})\n"
                "  mend: pip install 'aichemist[postgresql]', and begin the URL with postgresql+psycopg://"
            ) from error


def _may_write(path: Path) -> bool:
    """Whether the file can be written, and files beside it."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _to_look(path: Path) -> URL:
    """The URL of a file that may only be read.

    Where somebody else writes, the files beside it say so and are read, too; else SQLite is told that nobody does,
    since it could not make those files (https://www.sqlite.org/wal.html, read-only databases).

    Raises:
        RecordsError: what was written last stands in a file that cannot be used here.
    """
    beside = [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]
    query = {"uri": "true", "mode": "ro"}
    if not all(p.exists() for p in beside):
        if beside[0].exists() and beside[0].stat().st_size:
            raise RecordsError(
                f"{path} cannot be written, and {beside[0].name} beside it must be worked in first\n"
                "  mend: copy the folder to where it can be written"
            )
        query["immutable"] = "1"
    return make_url("sqlite://").set(database="file:" + quote(str(path.absolute())), query=query)


def _prepare_to_look(connection: Any, _: Any) -> None:
    connection.isolation_level = None


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see below
    connection.execute("PRAGMA journal_mode=WAL")
    # FULL: a committed intent survives a power cut, else a command could be sent twice
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    # readers take no lock, so that a second process may look at any time
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


#: (words of an error's text, mend); the first that fits
_MENDS = (
    (
        ("disk is full", "disk full", "no space"),
        "free some disk space, then 'aichemist resume RUN'; nothing committed is lost",
    ),
    (
        ("connection", "terminating", "server closed", "could not translate host", "starting up", "shutting down"),
        "see that the database server runs and can be reached, then 'aichemist resume RUN'; nothing committed is lost",
    ),
    (
        ("readonly", "read-only", "permission", "unable to open", "directory"),
        "the folder cannot be written: choose another with --runs FOLDER or change its permissions",
    ),
    (("locked", "lock timeout", "deadlock"), "another process holds the database; wait for it or stop it"),
    (("not a database", "malformed"), "the file is no AI-Chemist database or is damaged; restore it from a copy"),
    (
        ("unique", "duplicate key"),
        "a row of that name is there already, written by another process or earlier; nothing half-written was kept",
    ),
    (("foreign key",), "the run that this belongs to is not in the database; nothing half-written was kept"),
    (
        ("password", "authentication", "role "),
        "check user and password in the URL of the database (AICHEMIST_DATABASE)",
    ),
    (
        ("could not parse sqlalchemy url", "can't load plugin"),
        "a URL is like postgresql+psycopg://user:password@host/name (AICHEMIST_DATABASE)",
    ),
)


def _mend(message: str) -> str:
    lower = message.lower()
    return next(
        (mend for words, mend in _MENDS if any(w in lower for w in words)),
        "see the message above; nothing half-written was kept",
    )
