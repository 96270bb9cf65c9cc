"""Make room for what happens after publication: corrections, reasons for readers, open versions, pages of the house."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cms.migrations.altering import alter_table

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("published_correction", "published_version", "published_page")
#: What rows that are there already get in a column that may not be empty.
FILLED: dict[str, tuple[tuple[str, sa.types.TypeEngine[object], str], ...]] = {
    "revision": (("corrections", sa.JSON(), "[]"),),
    "article": (("shows_history", sa.Boolean(), "false"),),
    "published": (("corrections", sa.JSON(), "[]"), ("shows_history", sa.Boolean(), "false")),
    "withdrawal": (("reason", sa.Text(), ""),),
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
    op.create_table(
        "published_version",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("headline", sa.String(300), nullable=False), sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("marked_html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_published_version_article_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_published_version_revision_id")),
        sa.PrimaryKeyConstraint("article_id", "number", name=op.f("pk_published_version")),
    )
    op.create_index("ix_published_version_revision_id", "published_version", ["revision_id"])
    op.create_table(
        "published_page",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False), sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("language", sa.String(16), nullable=False), sa.Column("headline", sa.String(300), nullable=False),
        sa.Column("dek", sa.Text(), nullable=False), sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("notes_html", sa.Text(), nullable=False), sa.Column("seo_title", sa.String(300), nullable=False),
        sa.Column("seo_description", sa.Text(), nullable=False), sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False), sa.Column("updated_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_published_page_article_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_published_page_revision_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_published_page")),
        sa.UniqueConstraint("slug", name=op.f("uq_published_page_slug")),
    )
    op.create_index("ix_published_page_revision_id", "published_page", ["revision_id"])
    _begin_versions()


def downgrade() -> None:
    """Take the tables away, then the columns."""
    for table in reversed(TABLES):
        op.drop_table(table)
    for table, columns in FILLED.items():
        with alter_table(table) as batch:
            for name, *_ in columns:
                batch.drop_column(name)


def _begin_versions() -> None:
    """Count what is live as the first version that anybody wrote down."""
    live = sa.table("published", *(sa.column(n) for n in ("article_id", "revision_id", "headline", "published_at",
                                                          "updated_at")))
    kept = sa.table(
        "published_version", *(sa.column(n) for n in ("article_id", "revision_id", "headline", "published_at", "number",
                                                      "marked_html")), sa.column("said", sa.JSON()),
    )
    first = sa.select(
        live.c.article_id, live.c.revision_id, live.c.headline,
        sa.func.coalesce(live.c.updated_at, live.c.published_at), sa.literal(1), sa.literal(""),
        sa.literal([], sa.JSON()),
    )
    names = ["article_id", "revision_id", "headline", "published_at", "number", "marked_html", "said"]
    op.execute(kept.insert().from_select(names, first))
