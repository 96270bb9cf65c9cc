"""Let chiefs arrange the front page: arrangements, and the one that readers see."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; a front page that nobody arranged fills itself, as before."""
    op.create_table(
        "arrangement",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("state", sa.String(32), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("begun_by_id", sa.Integer()), sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer()), sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("publish_at", sa.DateTime()), sa.Column("published_by_id", sa.Integer()),
        sa.Column("published_at", sa.DateTime()), sa.Column("next_end_at", sa.DateTime()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'scheduled') = (publish_at IS NOT NULL)", name=op.f("ck_arrangement_scheduled_has_time")
        ),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_arrangement_published_has_time")
        ),
        sa.ForeignKeyConstraint(["begun_by_id"], ["user.id"], name=op.f("fk_arrangement_begun_by_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk_arrangement_changed_by_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["user.id"], name=op.f("fk_arrangement_published_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement")),
    )
    op.create_index("ix_arrangement_publish_at", "arrangement", ["publish_at"])
    op.create_index("ix_arrangement_published_at", "arrangement", ["published_at"])
    op.create_table(
        "published_front",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("arrangement_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_front")),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("published_front")
    op.drop_table("arrangement")
