"""Make room for what a piece is a translation of, and for what readers are told of its other languages."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cms.migrations.altering import alter_table

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns; so far nothing is a translation of anything."""
    with alter_table("article") as batch:
        batch.add_column(sa.Column("original_id", sa.Integer()))
        batch.create_foreign_key(op.f("fk_article_original_id"), "article", ["original_id"], ["id"])
        batch.create_check_constraint(op.f("ck_article_not_its_own_original"), "original_id != id")
    op.create_index("ix_article_original_id", "article", ["original_id"])
    with alter_table("published") as batch:
        batch.add_column(sa.Column("translations", sa.JSON(), nullable=False, server_default="[]"))
    with alter_table("published") as batch:
        batch.alter_column("translations", existing_type=sa.JSON(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    """Take them away again."""
    with alter_table("published") as batch:
        batch.drop_column("translations")
    op.drop_index("ix_article_original_id", "article")
    with alter_table("article") as batch:
        batch.drop_constraint(op.f("ck_article_not_its_own_original"), type_="check")
        batch.drop_constraint(op.f("fk_article_original_id"), type_="foreignkey")
        batch.drop_column("original_id")
