"""Make room for what happens after publication: corrections, reasons for readers, open versions, pages of the house."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("published_correction",)
#: What rows that are there already get in a column that may not be empty.
FILLED: dict[str, tuple[tuple[str, sa.types.TypeEngine[object], str], ...]] = {
    "revision": (("corrections", sa.JSON(), "[]"),),
    "published": (("corrections", sa.JSON(), "[]"),),
    "withdrawal": (("reason", sa.Text(), ""),),
}


def upgrade() -> None:
    """Add columns to what is there, then the new tables."""
    for table, columns in FILLED.items():
        with op.batch_alter_table(table) as batch:
            for name, kind, default in columns:
                batch.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        with op.batch_alter_table(table) as batch:
            for name, kind, _ in columns:
                batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    op.create_table(
        "published_correction",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False), sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False), sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False), sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_published_correction_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_correction")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_published_correction_article_id_number")),
    )
    op.create_index("ix_published_correction_newest", "published_correction", ["published_at", "id"])


def downgrade() -> None:
    """Take the tables away, then the columns."""
    for table in reversed(TABLES):
        op.drop_table(table)
    for table, columns in FILLED.items():
        with op.batch_alter_table(table) as batch:
            for name, *_ in columns:
                batch.drop_column(name)
