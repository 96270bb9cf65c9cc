"""Let the lists of a topic and of a person be read in their order, however many pieces have one moment."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_published_credit_person", "published_credit", "person_id"),
    ("ix_published_topic_topic", "published_topic", "topic_id"),
)


def upgrade() -> None:
    """End these indexes with the piece, by which pages go on among those of one moment (an import, for one)."""
    for name, table, owner in INDEXES:
        op.drop_index(name, table)
        op.create_index(name, table, [owner, "published_at", "article_id"])


def downgrade() -> None:
    """Have them end with the moment again."""
    for name, table, owner in INDEXES:
        op.drop_index(name, table)
        op.create_index(name, table, [owner, "published_at"])
