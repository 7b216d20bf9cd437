"""The tables of the database."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("status", String(20), nullable=False),
    Column("seed", Integer, nullable=False),
    Column("config", JSON, nullable=False),
    UniqueConstraint("name"),
)

#: append-only: what happened, in order; the state of a run is the fold of these rows
journal = Table(
    "journal",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("lab_time_s", Float, nullable=False),
    Column("wall_time", DateTime(timezone=True), nullable=False),
)

#: figures of merit, for questions across campaigns; written together with their journal entry
observation = Table(
    "observation",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("sample", String(120), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("batch", Integer, nullable=False),
    Column("recipe", JSON, nullable=False),
    Column("value", Float),
    Column("uncertainty", Float),
    Column("unit", String(40), nullable=False),
    Column("made_by", String(20), nullable=False),
    Column("lab_time_s", Float, nullable=False),
)

#: the twin's own memory of what it was told: it stands for the memory of real devices and is no part of the journal
twin_command = Table(
    "twin_command",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("command_id", String(200), nullable=False),
    Column("command", JSON, nullable=False),
    Column("start_s", Float, nullable=False),
    Column("end_s", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    UniqueConstraint("run_id", "command_id"),
)
