"""People, what they approved, and private texts that can be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("token_hash", sa.Text),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_index("ix_person_name", "person", ["name"], unique=True)
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_hash", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by", sa.String(32)),
        sa.Column("withdrawn_why", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_approval_person_person"),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name="fk_approval_withdrawn_by_person"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_approval_subject_hash", "approval", ["subject_hash"])
    op.create_table(
        "private_text",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("salt", sa.String(64)),
        sa.Column("text", sa.Text),
        sa.Column("person", sa.String(32)),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_private_text"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_private_text_person_person"),
    )
    op.create_index("ix_private_text_person", "private_text", ["person"])


def downgrade() -> None:
    for name in ("private_text", "approval", "person"):
        op.drop_table(name)
