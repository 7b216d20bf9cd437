"""Literature: documents, facts, sentences with full text, corrections, skipped files."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "literature_document",
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("paper", sa.String(300), nullable=False),
        sa.Column("doi", sa.String(300), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("journal", sa.Text, nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("sentences", sa.Integer, nullable=False),
        sa.Column("first_row", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reading", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_literature_document"),
    )
    for column in ("sha256", "paper", "first_row"):
        op.create_index(f"ix_literature_document_{column}", "literature_document", [column])
    op.create_index("ix_literature_document_folder_name", "literature_document", ["folder", "name"])
    op.create_table(
        "literature_fact",
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("property", sa.String(80), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("value", sa.Float),
        sa.Column("upper", sa.Float),
        sa.Column("comparator", sa.String(4), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("material", sa.Text, nullable=False),
        sa.Column("reaction", sa.String(20), nullable=False),
        sa.Column("conditions", sa.JSON, nullable=False),
        sa.Column("cited", sa.Boolean, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("stop", sa.Integer, nullable=False),
        sa.Column("sentence", sa.Integer, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("corrected", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("document", "seq", name="pk_literature_fact"),
        sa.ForeignKeyConstraint(
            ["document"], ["literature_document.id"],
            name="fk_literature_fact_document_literature_document", ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.create_index("ix_literature_fact_kind_property", "literature_fact", ["kind", "property"])
    op.create_table(
        "literature_sentence",
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("stop", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_literature_sentence"),
    )
    op.create_index("ix_literature_sentence_document", "literature_sentence", ["document"])
    op.create_table(
        "literature_correction",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("paper", sa.String(300), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("stop", sa.Integer, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("subject", sa.JSON, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_literature_correction"),
    )
    op.create_index("ix_literature_correction_paper", "literature_correction", ["paper"])
    op.create_table(
        "literature_skipped",
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("folder", "name", name="pk_literature_skipped"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "create virtual table literature_fts using fts5(text, document unindexed, start unindexed, "
            "stop unindexed, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
    elif op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create index ix_literature_sentence_words on literature_sentence using gin (to_tsvector('english', text))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop table literature_fts")
    for name in ("skipped", "correction", "sentence", "fact", "document"):
        op.drop_table(f"literature_{name}")
