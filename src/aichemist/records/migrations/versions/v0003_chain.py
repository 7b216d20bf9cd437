"""The journal's hash chain with cause and actor; snapshots, requests, leases, manual tasks."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from aichemist.records._chain import entry_hash, genesis_hash, loads

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # plain ADD COLUMN: a rebuilt table would be dropped on SQLite, and the rows that hang on it with it
    op.add_column("run", sa.Column("head_seq", sa.Integer, nullable=False, server_default="-1"))
    op.add_column("run", sa.Column("head_hash", sa.String(64), nullable=False, server_default=""))
    op.add_column("journal", sa.Column("cause", sa.Integer))
    op.add_column("journal", sa.Column("actor", sa.Text, nullable=False, server_default="executor"))
    op.add_column("journal", sa.Column("hash", sa.String(64), nullable=False, server_default=""))
    _chain_all(op.get_bind())
    _tables()


def _tables() -> None:
    op.create_table(
        "snapshot",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("format", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("journal_hash", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "format", "seq", name="pk_snapshot"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_snapshot_run_id_run", ondelete="CASCADE"),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_request_run_id_run", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_request_run_id_taken_at", "request", ["run_id", "taken_at"])
    op.create_table(
        "lease",
        sa.Column("lab", sa.String(200), nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("run_id", sa.Integer),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lab", name="pk_lease"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_lease_run_id_run", ondelete="SET NULL"),
    )
    op.create_table(
        "manual_task",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("command_id", sa.String(200), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("command", sa.JSON, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("values", sa.JSON),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("start_s", sa.Float, nullable=False),
        sa.Column("due_s", sa.Float),
        sa.Column("end_s", sa.Float),
        sa.PrimaryKeyConstraint("run_id", "command_id", name="pk_manual_task"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_manual_task_run_id_run", ondelete="CASCADE"),
    )
    op.create_index("ix_manual_task_run_id_status", "manual_task", ["run_id", "status"])


def _chain_all(bind: sa.Connection) -> None:
    """Hash the journals that exist; the actor of an old entry is taken to be the executor."""
    run = sa.table("run", *(sa.column(c) for c in ("id", "name", "seed", "head_seq", "head_hash")),
                   sa.column("created_at", sa.DateTime(timezone=True)), sa.column("config", sa.JSON))  # fmt: skip
    journal = sa.table("journal", *(sa.column(c) for c in ("run_id", "seq", "kind", "cause", "actor", "hash")),
                       sa.column("payload", sa.JSON), sa.column("lab_time_s", sa.Float),
                       sa.column("wall_time", sa.DateTime(timezone=True)))  # fmt: skip
    text = sa.cast(journal.c.payload, sa.Text).label("text")  # as written: no other JSON reader comes between
    columns = [journal.c[c] for c in ("seq", "kind", "cause", "actor", "lab_time_s", "wall_time")]
    change = (
        sa.update(journal)
        .where(journal.c.run_id == sa.bindparam("of"), journal.c.seq == sa.bindparam("at"))
        .values(hash=sa.bindparam("new"))
    )
    whole = sa.select(run.c.id, run.c.name, run.c.created_at, run.c.seed, sa.cast(run.c.config, sa.Text).label("text"))
    for row in bind.execute(whole.order_by(run.c.id)).all():
        seq, head = -1, genesis_hash(row.id, row.name, row.created_at, row.seed, loads(row.text))
        while True:
            part = sa.select(*columns, text).where(journal.c.run_id == row.id, journal.c.seq > seq)
            entries = bind.execute(part.order_by(journal.c.seq).limit(1000)).mappings().all()
            if not entries:
                break
            new: list[dict[str, Any]] = []
            for entry in entries:
                head = entry_hash(head, row.id, {**entry, "payload": loads(entry["text"])})
                seq = entry["seq"]
                new.append({"of": row.id, "at": seq, "new": head})
            bind.execute(change, new)
        bind.execute(sa.update(run).where(run.c.id == row.id).values(head_seq=seq, head_hash=head))


def downgrade() -> None:
    for name in ("manual_task", "lease", "request", "snapshot"):
        op.drop_table(name)
    for table, names in (("journal", ("hash", "actor", "cause")), ("run", ("head_hash", "head_seq"))):
        for name in names:
            op.drop_column(table, name)
