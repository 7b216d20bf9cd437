"""The tables of the database."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
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
    # seq and hash of the journal's last entry, -1 and the genesis hash before the first: a cut tail shows
    Column("head_seq", Integer, nullable=False, server_default="-1"),
    Column("head_hash", String(64), nullable=False, server_default=""),
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
    Column("cause", Integer),
    Column("actor", Text, nullable=False, server_default="executor"),
    Column("hash", String(64), nullable=False, server_default=""),
)

#: the state of a run after entry ``seq``, so that a resume need not fold the whole journal
snapshot = Table(
    "snapshot",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("format", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("journal_hash", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

#: what people ask of a running process
request = Table(
    "request",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("taken_at", DateTime(timezone=True)),
    Column("answer", Text),
    Index("ix_request_run_id_taken_at", "run_id", "taken_at"),
    sqlite_autoincrement=True,  # an id is never given twice
)

#: who drives a lab; the row stays when nobody does, for the token never goes back
lease = Table(
    "lease",
    metadata,
    Column("lab", String(200), primary_key=True),
    Column("holder", Text, nullable=False),
    Column("run_id", ForeignKey("run.id", ondelete="SET NULL")),
    Column("token", Integer, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("renewed_at", DateTime(timezone=True), nullable=False),
)

#: commands that people carry out by hand
manual_task = Table(
    "manual_task",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("command_id", String(200), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("command", JSON, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("status", String(10), nullable=False),
    Column("values", JSON(none_as_null=True)),
    Column("who", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Column("start_s", Float, nullable=False),
    Column("due_s", Float),
    Column("end_s", Float),
    Index("ix_manual_task_run_id_status", "run_id", "status"),
)

#: who takes part; other records name a person by ``id`` (random, so that it says nothing of them), and forgetting a
#: person empties ``name`` and ``token_hash``
person = Table(
    "person",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text),
    Column("roles", JSON, nullable=False),
    Column("token_hash", Text),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("forgotten_at", DateTime(timezone=True)),
    Index("ix_person_name", "name", unique=True),
)

#: who said yes or no to what; bound to the hash of the very thing; rows are added and withdrawn, never changed;
#: ``hash`` is over the row and the one before
approval = Table(
    "approval",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("subject_hash", String(64), nullable=False, index=True),
    Column("content", JSON, nullable=False),
    Column("decision", String(10), nullable=False),
    Column("role", String(60), nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("why", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("withdrawn_by", ForeignKey("person.id")),
    Column("withdrawn_why", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    sqlite_autoincrement=True,
)

#: texts that somebody may want forgotten; other records hold ``id`` = SHA-256 of salt and text, which says nothing once
#: salt and text are gone
private_text = Table(
    "private_text",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("salt", String(64)),
    Column("text", Text),
    Column("person", ForeignKey("person.id"), index=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("forgotten_at", DateTime(timezone=True)),
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

#: what was read; ``reading`` is the machine's whole record, zlib of JSON; ``paper`` is the DOI, else title and
#: beginning; the sentences have the numbers from ``first_row`` on
literature_document = Table(
    "literature_document",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("paper", String(300), nullable=False, index=True),
    Column("doi", String(300), nullable=False),
    Column("title", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("year", Integer),
    Column("licence", Text, nullable=False),
    Column("journal", Text, nullable=False),
    Column("format", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("sentences", Integer, nullable=False),
    Column("first_row", BigInteger, nullable=False, index=True),
    Column("made_by", String(80), nullable=False),
    Column("read_at", DateTime(timezone=True), nullable=False),
    Column("reading", LargeBinary, nullable=False),
    Index("ix_literature_document_folder_name", "folder", "name"),
)

#: what is held to be right, corrections included, for questions across papers; made anew from reading and corrections
literature_fact = Table(
    "literature_fact",
    metadata,
    Column("document", ForeignKey("literature_document.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", String(16), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("property", String(80), nullable=False),
    Column("subject", Text, nullable=False),
    Column("value", Float),
    Column("upper", Float),
    Column("comparator", String(4), nullable=False),
    Column("unit", String(40), nullable=False),
    Column("material", Text, nullable=False),
    Column("reaction", String(20), nullable=False),
    Column("conditions", JSON, nullable=False),
    Column("cited", Boolean, nullable=False),
    Column("start", Integer, nullable=False),
    Column("stop", Integer, nullable=False),
    Column("sentence", Integer, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("corrected", Boolean, nullable=False),
    Index("ix_literature_fact_kind_property", "kind", "property"),
)

#: sentences on databases other than SQLite, which has its own full-text table ``literature_fts``
literature_sentence = Table(
    "literature_sentence",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("document", String(120), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("stop", Integer, nullable=False),
    Column("text", Text, nullable=False),
)

#: what a person says of a reading: it stands beside the machine's, outlives it and wins
literature_correction = Table(
    "literature_correction",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("paper", String(300), nullable=False, index=True),
    Column("document", String(120), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("action", String(10), nullable=False),
    Column("start", Integer, nullable=False),
    Column("stop", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("subject", JSON, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("who", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

#: files that could not be read, and why
literature_skipped = Table(
    "literature_skipped",
    metadata,
    Column("folder", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)
