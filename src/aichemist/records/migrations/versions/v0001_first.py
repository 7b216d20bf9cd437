"""First schema: runs, journal, observations, the twin's memory."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("config", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.UniqueConstraint("name", name="uq_run_name"),
    )
    op.create_table(
        "journal",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("lab_time_s", sa.Float, nullable=False),
        sa.Column("wall_time", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "seq", name="pk_journal"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_journal_run_id_run", ondelete="CASCADE"),
    )
    op.create_table(
        "observation",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("sample", sa.String(120), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("recipe", sa.JSON, nullable=False),
        sa.Column("value", sa.Float),
        sa.Column("uncertainty", sa.Float),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("made_by", sa.String(20), nullable=False),
        sa.Column("lab_time_s", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "sample", "name", name="pk_observation"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_observation_run_id_run", ondelete="CASCADE"),
    )
    op.create_table(
        "twin_command",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("command_id", sa.String(200), nullable=False),
        sa.Column("command", sa.JSON, nullable=False),
        sa.Column("start_s", sa.Float, nullable=False),
        sa.Column("end_s", sa.Float, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "seq", name="pk_twin_command"),
        sa.UniqueConstraint("run_id", "command_id", name="uq_twin_command_run_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_twin_command_run_id_run", ondelete="CASCADE"),
    )


def downgrade() -> None:
    for table in ("twin_command", "observation", "journal", "run"):
        op.drop_table(table)
