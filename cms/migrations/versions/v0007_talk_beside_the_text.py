"""Make room for what is said beside a text, what is suggested, and what is waived before an approval."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cms.migrations.altering import alter_table

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; receipts that are there waived nothing."""
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
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False), sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False), sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_proposal_article_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_proposal_author_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_proposal_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("article_id", "author_id", name=op.f("uq_proposal_article_id_author_id")),
    )
    op.create_index("ix_proposal_author_id", "proposal", ["author_id"])
    op.create_index("ix_proposal_revision_id", "proposal", ["revision_id"])
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False), sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("field", sa.String(32), nullable=False), sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False), sa.Column("fate", sa.String(32), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False), sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer()), sa.Column("decided_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_suggestion_article_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_suggestion_decided_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_suggestion_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    op.create_index("ix_suggestion_article", "suggestion", ["article_id", "fate"])
    op.create_index("ix_suggestion_proposal_id", "suggestion", ["proposal_id"])


    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False), sa.Column("about", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False), sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False), sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_waiver_article_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_waiver_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        sa.UniqueConstraint(
            "article_id", "content_hash", "about", name=op.f("uq_waiver_article_id_content_hash_about")
        ),
    )
    op.create_table(
        "look",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False), sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_look_article_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_look_user_id")),
        sa.PrimaryKeyConstraint("article_id", "user_id", name=op.f("pk_look")),
    )
    op.create_index("ix_look_user_id", "look", ["user_id"])
    with alter_table("approval") as batch:
        batch.add_column(sa.Column("waivers", sa.JSON(), nullable=False, server_default="[]"))
    with alter_table("approval") as batch:
        batch.alter_column("waivers", existing_type=sa.JSON(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    """Take them away, with all that was said."""
    with alter_table("approval") as batch:
        batch.drop_column("waivers")
    op.drop_table("look")
    op.drop_table("waiver")
    op.drop_table("suggestion")
    op.drop_table("proposal")
    op.drop_table("comment")
    op.drop_table("thread")
