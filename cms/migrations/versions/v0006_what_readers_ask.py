"""Make room for what chiefs tell the search, for counts of what readers ask, and for searches that the staff keeps."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add five tables."""
    op.create_table(
        "search_synonym",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("words", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_synonym")),
    )
    op.create_table(
        "search_promotion",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("asked", sa.String(300), nullable=False),
        sa.Column("meant", sa.String(300), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_search_promotion_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_promotion")),
        sa.UniqueConstraint("meant", "article_id", name=op.f("uq_search_promotion_meant_article_id")),
    )
    op.create_index("ix_search_promotion_article_id", "search_promotion", ["article_id"])
    op.create_table(
        "search_count",
        sa.Column("day", sa.String(10), nullable=False), sa.Column("asked", sa.String(100), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False), sa.Column("in_vain", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "asked", name=op.f("pk_search_count")),
    )
    op.create_table(
        "search_opening",
        sa.Column("day", sa.String(10), nullable=False), sa.Column("asked", sa.String(100), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_search_opening_article_id")),
        sa.PrimaryKeyConstraint("day", "asked", "article_id", name=op.f("pk_search_opening")),
    )
    op.create_index("ix_search_opening_article_id", "search_opening", ["article_id"])
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False), sa.Column("asked", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_search_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index("ix_saved_search_user_id", "saved_search", ["user_id"])


def downgrade() -> None:
    """Take them away again."""
    for table in ("saved_search", "search_opening", "search_count", "search_promotion", "search_synonym"):
        op.drop_table(table)
