"""Give what is offered after a piece its reasons, and room for likeness, decisions, share cards and counted views."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cms.migrations.altering import alter_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: What live pieces get in columns that may not be empty: the worker draws their cards.
FILLED = (("barred", sa.JSON(), "[]"), ("card", sa.JSON(), "{}"), ("card_look", sa.String(16), ""))
PUBLISHED = sa.table("published", sa.column("article_id", sa.Integer), sa.column("related", sa.JSON))
LIKENESS = sa.table("likeness", sa.column("article_id", sa.Integer), sa.column("others", sa.JSON))


def upgrade() -> None:
    """Keep what is offered now, until the worker has asked the index about every live piece."""
    with alter_table("published") as batch:
        for name, kind, default in FILLED:
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=default))
    with alter_table("published") as batch:
        for name, kind, _ in FILLED:
            batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    op.create_index("ix_published_card_look", "published", ["card_look"])
    op.create_table(
        "likeness",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("compared_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_likeness_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_likeness")),
    )
    op.create_index("ix_likeness_compared_at", "likeness", ["compared_at"])
    op.create_table(
        "explore_choice",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_explore_choice_article_id")),
        sa.ForeignKeyConstraint(["other_id"], ["article.id"], name=op.f("fk_explore_choice_other_id")),
        sa.PrimaryKeyConstraint("article_id", "other_id", name=op.f("pk_explore_choice")),
    )
    op.create_index("ix_explore_choice_other_id", "explore_choice", ["other_id"])
    op.create_table(
        "day_views",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("day", sa.Date(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_day_views_article_id")),
        sa.PrimaryKeyConstraint("article_id", "day", name=op.f("pk_day_views")),
    )
    op.create_index("ix_day_views_day", "day_views", ["day"])
    op.create_table(
        "most_read",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["published.article_id"], name=op.f("fk_most_read_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_most_read")),
        sa.UniqueConstraint("article_id", name=op.f("uq_most_read_article_id")),
    )
    _rewrite(lambda one: one if isinstance(one, dict) else {"article_id": one, "why": "same_section", "about": ""})
    live = [article_id for article_id, _ in op.get_bind().execute(sa.select(PUBLISHED))]
    if live:
        op.bulk_insert(LIKENESS, [{"article_id": article_id, "others": []} for article_id in live])


def downgrade() -> None:
    """Keep the pieces that are offered, and forget why."""
    _rewrite(lambda one: one["article_id"])
    op.drop_table("most_read")
    op.drop_index("ix_day_views_day", "day_views")
    op.drop_table("day_views")
    op.drop_index("ix_explore_choice_other_id", "explore_choice")
    op.drop_table("explore_choice")
    op.drop_index("ix_likeness_compared_at", "likeness")
    op.drop_table("likeness")
    op.drop_index("ix_published_card_look", "published")
    with alter_table("published") as batch:
        for name, *_ in FILLED:
            batch.drop_column(name)


def _rewrite(change) -> None:
    connection = op.get_bind()
    for article_id, related in connection.execute(sa.select(PUBLISHED)).all():
        if isinstance(related, list):
            here = PUBLISHED.update().where(PUBLISHED.c.article_id == article_id)
            connection.execute(here.values(related=[change(one) for one in related]))
