"""One database for all runs: SQLite (WAL) by default, another by its SQLAlchemy URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from aichemist.chemistry import RecordsError

#: newest schema; the migrations lead here
SCHEMA = "0002"


class Database:
    """Opens the database, brings its schema up to date, and turns its errors into ours.

    Args:
        url: an SQLAlchemy URL, or a path of an SQLite file.

    Raises:
        RecordsError: the file or its folder cannot be written, the disk is full, or the schema is from the future.
    """

    def __init__(self, url: str | Path) -> None:
        self._where = str(url)
        if isinstance(url, Path):
            with _plain_errors(self._where):
                url.parent.mkdir(parents=True, exist_ok=True)
            self._url = make_url("sqlite://").set(database=str(url))
        else:
            self._url = make_url(url)
        self.engine = self._engine()
        with self.begin() as connection:
            self._migrate(connection)

    def _engine(self) -> Engine:
        if self._url.get_backend_name() != "sqlite":
            return create_engine(self._url, pool_pre_ping=True)
        engine = create_engine(self._url, connect_args={"timeout": 30})

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _: Any) -> None:
            connection.isolation_level = None  # we begin transactions ourselves, see below
            connection.execute("PRAGMA journal_mode=WAL")
            # FULL: a committed intent survives a power cut, else a command could be sent twice
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            # readers take no lock, so that a second process may look at any time
            reading = connection.get_execution_options().get("reading", False)
            connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

        return engine

    def _migrate(self, connection: Connection) -> None:
        from sqlalchemy import inspect

        current = None
        if inspect(connection).has_table("alembic_version"):
            current = connection.execute(text("select version_num from alembic_version")).scalar()
        if current == SCHEMA:
            return
        if current is not None and current > SCHEMA:
            raise RecordsError(
                f"{self._where} was written by a newer AI-Chemist (schema {current}, this one knows {SCHEMA})\n"
                "  mend: update AI-Chemist"
            )
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction: committed at the end of the block, rolled back on any error."""
        with _plain_errors(self._where), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; it never waits for a writer."""
        with _plain_errors(self._where), self.engine.connect() as plain:
            connection = plain.execution_options(reading=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _plain_errors(where: str) -> Iterator[None]:
    """SQL and file errors as RecordsError with a mend."""
    try:
        yield
    except SQLAlchemyError as error:
        origin = str(getattr(error, "orig", None) or error)
        raise RecordsError(f"{where}: {origin}\n  mend: {_mend(origin)}") from error
    except OSError as error:
        raise RecordsError(f"{where}: {error.strerror}\n  mend: {_mend(str(error.strerror))}") from error


def _mend(message: str) -> str:
    lower = message.lower()
    if "full" in lower or "no space" in lower:
        return "free some disk space, then 'aichemist resume RUN'; nothing committed is lost"
    if any(word in lower for word in ("readonly", "read-only", "permission", "unable to open", "directory")):
        return "the folder cannot be written: choose another with --runs FOLDER or change its permissions"
    if "locked" in lower:
        return "another process holds the database; wait for it or stop it"
    if "not a database" in lower or "malformed" in lower:
        return "the file is no AI-Chemist database or is damaged; restore it from a copy"
    return "see the message above; nothing half-written was kept"
