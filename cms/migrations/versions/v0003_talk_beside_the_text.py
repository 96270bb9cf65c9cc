"""Make room for what is said beside a text."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False), sa.Column("field", sa.String(32), nullable=False),
        sa.Column("block_id", sa.String(40), nullable=False), sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("anchor_quote", sa.Text(), nullable=False),
        sa.Column("anchor_before", sa.String(300), nullable=False),
        sa.Column("anchor_after", sa.String(300), nullable=False),
        sa.Column("label", sa.String(300), nullable=False), sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False), sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.Column("settled_by_id", sa.Integer()), sa.Column("settled_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_thread_article_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_thread_opened_by_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_thread_revision_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["user.id"], name=op.f("fk_thread_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
    )
    op.create_index("ix_thread_article", "thread", ["article_id", "settled_at"])
    op.create_index("ix_thread_opened_by_id", "thread", ["opened_by_id"])
    op.create_index("ix_thread_revision_id", "thread", ["revision_id"])
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False), sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False), sa.Column("mended_at", sa.DateTime()),
        sa.Column("removed_at", sa.DateTime()), sa.Column("former", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_comment_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_author_id", "comment", ["author_id"])
    op.create_index("ix_comment_thread_id", "comment", ["thread_id"])


def downgrade() -> None:
    """Take them away, with all that was said."""
    op.drop_table("comment")
    op.drop_table("thread")
