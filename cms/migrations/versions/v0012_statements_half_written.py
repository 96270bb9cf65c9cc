"""Make room for what somebody outside wrote about themselves and has not sent yet."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "statement_begun",
        sa.Column("link_id", sa.Integer(), nullable=False), sa.Column("is_agreed", sa.Boolean()),
        sa.Column("title", sa.String(300), nullable=False), sa.Column("affiliation", sa.String(300), nullable=False),
        sa.Column("conflicts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["galley_link.id"], name=op.f("fk_statement_begun_link_id")),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_statement_begun")),
    )


def downgrade() -> None:
    """Take it away, with what was not sent."""
    op.drop_table("statement_begun")
