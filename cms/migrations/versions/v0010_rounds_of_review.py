"""Make room for rules of review, rounds under them, and what is ticked; what is being reviewed gets its round."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cms.migrations.altering import alter_table

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: What held for every review so far: one approval by the desk of the piece.
RULES = {"stages": [{"asked": {"bench": "own_desk", "desk_id": None, "desk": ""}, "count": 1}], "boxes": [],
         "hours": None}
TABLES = ("review_rule", "review_round", "review_seat", "tick")


def upgrade() -> None:
    """Make the tables, and give what is under way a round under the rule that held for it."""
    op.create_table(
        "review_rule",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("scope", sa.String(60), nullable=False),
        sa.Column("section_id", sa.Integer()), sa.Column("kind", sa.String(32)),
        sa.Column("facts", sa.JSON(), nullable=False), sa.Column("set_by_id", sa.Integer()),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_review_rule_section_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["user.id"], name=op.f("fk_review_rule_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_rule")),
        sa.UniqueConstraint("scope", name=op.f("uq_review_rule_scope")),
    )
    op.create_index("ix_review_rule_section_id", "review_rule", ["section_id"])
    op.create_table(
        "review_round",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False), sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False), sa.Column("last_stage", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(32), nullable=False),
        sa.Column("due_at", sa.DateTime()), sa.Column("reminded_at", sa.DateTime()),
        sa.Column("began_at", sa.DateTime(), nullable=False), sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime()), sa.Column("ended_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_review_round_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_round")),
    )
    op.create_index("ix_review_round_running", "review_round", ["article_id", "ended_at"])
    op.create_index("ix_review_round_due", "review_round", ["ended_at", "due_at"])
    op.create_index("ix_review_round_decided", "review_round", ["desk_id", "decided_at"])
    op.create_table(
        "review_seat",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False), sa.Column("bench", sa.String(32), nullable=False),
        sa.Column("desk_id", sa.Integer()), sa.Column("holder_id", sa.Integer()),
        sa.Column("asked_at", sa.DateTime()), sa.Column("claimed_at", sa.DateTime()),
        sa.Column("signed_by_id", sa.Integer()), sa.Column("signed_at", sa.DateTime()),
        sa.Column("number", sa.Integer(), nullable=False), sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(signed_by_id IS NULL) = (signed_at IS NULL)", name=op.f("ck_review_seat_signed_has_time")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["review_round.id"], name=op.f("fk_review_seat_round_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["user.id"], name=op.f("fk_review_seat_holder_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user.id"], name=op.f("fk_review_seat_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_seat")),
        sa.UniqueConstraint("round_id", "signed_by_id", name=op.f("uq_review_seat_round_id_signed_by_id")),
    )
    op.create_index("ix_review_seat_holder_id", "review_seat", ["holder_id"])
    op.create_table(
        "tick",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False), sa.Column("text", sa.String(300), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False), sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_tick_article_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_tick_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tick")),
        sa.UniqueConstraint("article_id", "content_hash", "text", name=op.f("uq_tick_article_id_content_hash_text")),
    )
    with alter_table("article") as batch:
        batch.add_column(sa.Column("asked_desk_id", sa.Integer()))
        batch.create_foreign_key(op.f("fk_article_asked_desk_id"), "desk", ["asked_desk_id"], ["id"])
    op.create_index("ix_article_asked_desk_id", "article", ["asked_desk_id"])
    with alter_table("approval") as batch:
        batch.add_column(sa.Column("rules", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("signatures", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("ticks", sa.JSON(), nullable=False, server_default="[]"))
    with alter_table("approval") as batch:
        batch.alter_column("rules", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        for name in ("signatures", "ticks"):
            batch.alter_column(name, existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    _begin_rounds()


def downgrade() -> None:
    """Take them away, with every approval that is no receipt yet."""
    with alter_table("approval") as batch:
        for name in ("ticks", "signatures", "rules"):
            batch.drop_column(name)
    op.drop_index("ix_article_asked_desk_id", "article")
    with alter_table("article") as batch:
        batch.drop_constraint(op.f("fk_article_asked_desk_id"), type_="foreignkey")
        batch.drop_column("asked_desk_id")
    for table in reversed(TABLES):
        op.drop_table(table)


def _begin_rounds() -> None:
    """Give each piece that is under way its round, and what was approved the approval that it has."""
    article = sa.table("article", *(sa.column(n) for n in ("id", "desk_id", "state", "state_since", "head_id")))
    approval = sa.table("approval", *(sa.column(n) for n in ("article_id", "revision_id", "content_hash",
                                                             "approved_by_id", "approved_at", "voided_at", "note")))
    text = sa.table("revision", *(sa.column(n) for n in ("id", "number")))
    rounds = sa.table(
        "review_round", sa.column("facts", sa.JSON()), *(sa.column(n) for n in (
            "id", "article_id", "desk_id", "stage", "last_stage", "priority", "began_at", "seconds", "decided_at")),
    )
    seats = sa.table("review_seat", *(sa.column(n) for n in (
        "round_id", "stage", "bench", "signed_by_id", "signed_at", "number", "content_hash", "note")))
    stands = sa.and_(
        approval.c.article_id == article.c.id, approval.c.voided_at.is_(None), approval.c.approved_by_id.is_not(None),
        article.c.state.in_(["approved", "scheduled"]),
    )
    under_way = ("in_review", "changes_requested", "to_confirm", "approved", "scheduled")
    op.execute(rounds.insert().from_select(
        ["article_id", "desk_id", "facts", "stage", "last_stage", "priority", "began_at", "seconds", "decided_at"],
        sa.select(
            article.c.id, article.c.desk_id, sa.literal(RULES, sa.JSON()), sa.literal(0), sa.literal(0),
            sa.literal("normal"), article.c.state_since, sa.literal(0), approval.c.approved_at,
        ).select_from(article.outerjoin(approval, stands)).where(article.c.state.in_(under_way)),
    ))
    op.execute(seats.insert().from_select(
        ["round_id", "stage", "bench", "signed_by_id", "signed_at", "number", "content_hash", "note"],
        sa.select(
            rounds.c.id, sa.literal(0), sa.literal("own_desk"), approval.c.approved_by_id,
            sa.case((approval.c.approved_by_id.is_not(None), approval.c.approved_at)),
            sa.func.coalesce(text.c.number, 0), sa.func.coalesce(approval.c.content_hash, ""),
            sa.func.coalesce(approval.c.note, ""),
        ).select_from(
            rounds.join(article, article.c.id == rounds.c.article_id).outerjoin(approval, stands)
            .outerjoin(text, text.c.id == approval.c.revision_id)
        ),
    ))
