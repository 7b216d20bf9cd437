"""A lease: which process drives a lab. The token fences off one that was taken for dead and wakes up again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from aichemist.chemistry import RecordsError

from ._chain import utc
from ._database import Database
from ._tables import lease


class LeaseLostError(RecordsError):
    """Another process has the lab now; this one may write no more to it."""


class Lease:
    """What :meth:`acquire` gives; ``token`` is higher than that of every holder before.

    A holder keeps its lease until another takes it, also past the expiry: the token alone decides who may write.
    """

    def __init__(
        self, database: Database, lab: str, holder: str, run_id: int | None, seconds: float, token: int
    ) -> None:
        self._database, self.lab, self.holder, self.run_id = database, lab, holder, run_id
        self.seconds, self.token = seconds, token

    @classmethod
    def acquire(cls, database: Database, lab: str, holder: str, run_id: int | None, seconds: float = 60.0) -> Lease:
        """Take the lab for ``seconds`` from now; the same holder may take it anew, which ends its earlier lease.

        Raises:
            RecordsError: another holds it; the message names the holder and when its lease ends.
        """
        try:
            with database.begin() as connection:
                now = _now(connection)
                row = connection.execute(select(lease).where(lease.c.lab == lab).with_for_update()).first()
                until = None if row is None or row.holder in ("", holder) else _ends(connection, row, now)
                if until is None or until <= now:
                    token = 1 if row is None else int(row.token) + 1
                    new = {"holder": holder, "run_id": run_id, "token": token, **_times(now, seconds)}
                    connection.execute(
                        insert(lease).values(lab=lab, **new)
                        if row is None
                        else update(lease).where(lease.c.lab == lab).values(**new)
                    )
                    return cls(database, lab, holder, run_id, seconds, token)
        except RecordsError as error:
            if isinstance(error.__cause__, IntegrityError) and "foreign" not in str(error).lower():
                # two came first at once on PostgreSQL, and the other was quicker
                return cls.acquire(database, lab, holder, run_id, seconds)
            raise
        raise RecordsError(
            f"lab '{lab}' is driven by {row.holder if row else '?'}, whose lease ends at {until:%Y-%m-%d %H:%M:%S} UTC "
            f"unless renewed (it is {now:%H:%M:%S} UTC now)\n  mend: wait for it, or stop that process"
        )

    def renew(self) -> None:
        """Keep the lab for the same time from now.

        Raises:
            LeaseLostError: another has it.
        """
        with self._database.begin() as connection:
            row = self._row(connection)
            if row is None or row.token != self.token:
                self._lost(row)
            new = _times(_now(connection), self.seconds)
            connection.execute(update(lease).where(lease.c.lab == self.lab).values(**new))

    def release(self) -> None:
        """Give the lab back; does nothing where another has it already."""
        with self._database.begin() as connection:
            here = (lease.c.lab == self.lab, lease.c.token == self.token)
            # the token grows here, too: a process that has given the lab back writes no more
            free = {"holder": "", "run_id": None, "token": self.token + 1, **_times(_now(connection), 0.0)}
            connection.execute(update(lease).where(*here).values(**free))

    def check(self, connection: Connection) -> None:
        """The fence: nobody can take the lab between this look and the end of the transaction.

        Raises:
            LeaseLostError: another has it, or it was released.
        """
        query = select(lease).where(lease.c.lab == self.lab).with_for_update(read=True)
        row = connection.execute(query).first()
        if row is None or row.token != self.token:
            self._lost(row)

    def _row(self, connection: Connection) -> Row[Any] | None:
        return connection.execute(select(lease).where(lease.c.lab == self.lab).with_for_update()).first()

    def _lost(self, row: Row[Any] | None) -> NoReturn:
        other = f"{row.holder} has it now" if row is not None and row.holder else "it was given back"
        raise LeaseLostError(
            f"{self.holder} drives lab '{self.lab}' no longer: {other} (token {self.token} of "
            f"{row.token if row is not None else 'none'}); nothing was written\n"
            "  mend: see that no other process drives the lab, then 'aichemist resume RUN'"
        )


def _process_time() -> datetime:
    return datetime.now(UTC)


def _now(connection: Connection) -> datetime:
    """One clock for all: the server's; SQLite's processes share this machine's."""
    if connection.dialect.name == "postgresql":
        return utc(connection.execute(select(func.clock_timestamp())).scalar_one())
    return _process_time()


def _times(now: datetime, seconds: float) -> dict[str, datetime]:
    return {"renewed_at": now, "expires_at": now + timedelta(seconds=seconds)}


def _ends(connection: Connection, row: Row[Any], now: datetime) -> datetime:
    """When the lease ends.

    One renewed in the future tells that the clock went back. It is dated anew, to last its whole time from now: a
    holder that lives will renew it, a dead one holds the lab no longer than it would have without the jump.
    """
    renewed, ends = utc(row.renewed_at), utc(row.expires_at)
    if renewed <= now:
        return ends
    new = _times(now, (ends - renewed).total_seconds())
    connection.execute(update(lease).where(lease.c.lab == row.lab).values(**new))
    return new["expires_at"]
