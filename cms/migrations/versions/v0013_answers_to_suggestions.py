"""Make room for what is answered to a suggestion."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cms.migrations.altering import alter_table

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; so far nothing is said about a suggestion."""
    with alter_table("thread") as batch:
        batch.add_column(sa.Column("suggestion_id", sa.Integer()))
        batch.create_foreign_key(
            op.f("fk_thread_suggestion_id"), "suggestion", ["suggestion_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_thread_suggestion_id", "thread", ["suggestion_id"])


def downgrade() -> None:
    """Take it away: what was answered lies beside the text like everything else."""
    op.drop_index("ix_thread_suggestion_id", "thread")
    with alter_table("thread") as batch:
        batch.drop_constraint(op.f("fk_thread_suggestion_id"), type_="foreignkey")
        batch.drop_column("suggestion_id")
