"""Where the twin's devices keep what they were told, apart from the journal as a real device's memory would be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select, update

from aichemist.chemistry import DuplicateCommandError

from ._database import Database
from ._tables import twin_command


class TwinCommands:
    """Rows of (command id, command as plain data, start_s, end_s) of one run."""

    def __init__(self, database: Database, run_id: int) -> None:
        self._database, self._run_id = database, run_id

    def rows(self) -> list[tuple[Mapping[str, Any], float, float]]:
        """All commands received, in order of receipt."""
        query = select(twin_command).where(twin_command.c.run_id == self._run_id).order_by(twin_command.c.seq)
        with self._database.read() as connection:
            return [(r.command, r.start_s, r.end_s) for r in connection.execute(query)]

    def add(self, command_id: str, command: Mapping[str, Any], start_s: float, end_s: float) -> None:
        """Remember a command; durable on return.

        Raises:
            DuplicateCommandError: the id is there already; the attempt is counted.
        """
        here = (twin_command.c.run_id == self._run_id, twin_command.c.command_id == command_id)
        with self._database.begin() as connection:
            known = connection.execute(select(twin_command.c.seq).where(*here)).first()
            if known:
                connection.execute(update(twin_command).where(*here).values(attempts=twin_command.c.attempts + 1))
            else:
                last = connection.execute(
                    select(func.max(twin_command.c.seq)).where(twin_command.c.run_id == self._run_id)
                ).scalar()
                connection.execute(
                    insert(twin_command).values(
                        run_id=self._run_id,
                        seq=0 if last is None else last + 1,
                        command_id=command_id,
                        command=dict(command),
                        start_s=start_s,
                        end_s=end_s,
                        attempts=1,
                    )
                )
        if known:
            raise DuplicateCommandError(f"command {command_id} was received before; nothing was done")

    def attempts(self, command_id: str) -> int:
        """How often a command was sent, refused repetitions included."""
        here = (twin_command.c.run_id == self._run_id, twin_command.c.command_id == command_id)
        with self._database.read() as connection:
            return int(connection.execute(select(twin_command.c.attempts).where(*here)).scalar() or 0)
