"""Make room for briefs and votes, for how people want to be told by mail, and for searches that are shared."""
# fmt: off

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from cms.migrations.altering import alter_table

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: What rows that are there already get in a column that may not be empty.
FILLED: dict[str, tuple[tuple[str, sa.types.TypeEngine[object], Any], ...]] = {
    "article": (("brief", sa.Text(), ""),),
    "notice": (("is_digest", sa.Boolean(), sa.false()), ("mail_tries", sa.Integer(), "0"),
               ("mail_error", sa.String(300), "")),
    "saved_search": (("is_shared", sa.Boolean(), sa.false()),),
}


def upgrade() -> None:
    """Add columns to what is there, then the new tables."""
    for table, columns in FILLED.items():
        with alter_table(table) as batch:
            for name, kind, default in columns:
                batch.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        with alter_table(table) as batch:
            for name, kind, _ in columns:
                batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    with alter_table("article") as batch:
        batch.add_column(sa.Column("assigned_to_id", sa.Integer()))
        batch.create_foreign_key(op.f("fk_article_assigned_to_id"), "user", ["assigned_to_id"], ["id"])
        batch.create_index("ix_article_assigned_to_id", ["assigned_to_id"])
    with alter_table("notice") as batch:
        batch.add_column(sa.Column("mail_due_at", sa.DateTime()))
        batch.create_index("ix_notice_mail", ["mail_due_at"])
    op.create_table(
        "pitch_vote",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("voted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_pitch_vote_article_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_pitch_vote_user_id")),
        sa.PrimaryKeyConstraint("article_id", "user_id", name=op.f("pk_pitch_vote")),
    )
    op.create_index("ix_pitch_vote_user_id", "pitch_vote", ["user_id"])
    op.create_table(
        "mail_wish",
        sa.Column("user_id", sa.Integer(), nullable=False), sa.Column("event", sa.String(80), nullable=False),
        sa.Column("mailing", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_mail_wish_user_id")),
        sa.PrimaryKeyConstraint("user_id", "event", name=op.f("pk_mail_wish")),
    )
    op.create_table(
        "search_watch",
        sa.Column("search_id", sa.Integer(), nullable=False), sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["search_id"], ["saved_search.id"], name=op.f("fk_search_watch_search_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_search_watch_user_id")),
        sa.PrimaryKeyConstraint("search_id", "user_id", name=op.f("pk_search_watch")),
    )
    op.create_index("ix_search_watch_user_id", "search_watch", ["user_id"])
    _keep_what_was_not_mailed()
    _mend_no()


def downgrade() -> None:
    """Take the tables away, then the columns."""
    for table in ("search_watch", "mail_wish", "pitch_vote"):
        op.drop_table(table)
    with alter_table("notice") as batch:
        batch.drop_index("ix_notice_mail")
        batch.drop_column("mail_due_at")
    with alter_table("article") as batch:
        batch.drop_index("ix_article_assigned_to_id")
        batch.drop_constraint(op.f("fk_article_assigned_to_id"), type_="foreignkey")
        batch.drop_column("assigned_to_id")
    for table, columns in FILLED.items():
        with alter_table(table) as batch:
            for name, *_ in columns:
                batch.drop_column(name)


def _keep_what_was_not_mailed() -> None:
    """What nobody was mailed of yet, and nobody has read in the inbox either, is mailed after all."""
    notice = sa.table("notice", *(sa.column(name) for name in ("mail_due_at", "made_at", "mailed_at", "read_at")))
    left = notice.c.mailed_at.is_(None) & notice.c.read_at.is_(None)
    op.execute(notice.update().where(left).values(mail_due_at=notice.c.made_at))


def _mend_no() -> None:
    """Write a no as SQLite has it: 0002 and 0005 wrote the word `false`, which is read as a yes."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, column in (("revision", "is_quiet"), ("article", "shows_history"), ("published", "shows_history")):
        op.execute(f"UPDATE {table} SET {column} = 0 WHERE {column} = 'false'")  # noqa: S608
