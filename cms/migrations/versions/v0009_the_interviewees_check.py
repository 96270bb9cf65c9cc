"""Make room for what somebody outside does under a private link, and for what an interview was prepared with."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cms.migrations.altering import alter_table

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Links that are there are for reading; whatever was said and suggested was by somebody with a login."""
    with alter_table("galley_link") as batch:
        batch.add_column(sa.Column("purpose", sa.String(32), nullable=False, server_default="read"))
        batch.add_column(sa.Column("email", sa.String(300), nullable=False, server_default=""))
        batch.add_column(sa.Column("person_id", sa.Integer()))
        batch.add_column(sa.Column("sent_at", sa.DateTime()))
        batch.add_column(sa.Column("used_at", sa.DateTime()))
        batch.create_foreign_key(op.f("fk_galley_link_person_id"), "person", ["person_id"], ["id"])
        batch.create_index("ix_galley_link_person_id", ["person_id"])
    with alter_table("galley_link") as batch:
        batch.alter_column("purpose", existing_type=sa.String(32), existing_nullable=False, server_default=None)
        batch.alter_column("email", existing_type=sa.String(300), existing_nullable=False, server_default=None)
    with alter_table("galley_opening") as batch:
        batch.add_column(sa.Column("key_hash", sa.String(64)))
        batch.create_unique_constraint(op.f("uq_galley_opening_key_hash"), ["key_hash"])
    for table, column in (("thread", "opened_by_id"), ("comment", "author_id"), ("proposal", "author_id")):
        with alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.Integer(), nullable=True)
            batch.add_column(sa.Column("link_id", sa.Integer()))
            batch.create_foreign_key(op.f(f"fk_{table}_link_id"), "galley_link", ["link_id"], ["id"])
            if table == "proposal":
                batch.create_unique_constraint(op.f("uq_proposal_link_id"), ["link_id"])
            else:
                batch.create_index(f"ix_{table}_link_id", ["link_id"])
    _make_tables()


def downgrade() -> None:
    """Take it away, with everything that somebody outside said; what waits of it could be told from nothing else."""
    for table in ("statement", "quote_check", "answer_span", "transcript", "questions_sent", "question_plan"):
        op.drop_table(table)
    op.execute("DELETE FROM suggestion WHERE proposal_id IN (SELECT id FROM proposal WHERE author_id IS NULL)")
    op.execute("DELETE FROM comment WHERE author_id IS NULL")
    op.execute("DELETE FROM comment WHERE thread_id IN (SELECT id FROM thread WHERE opened_by_id IS NULL)")
    op.execute("DELETE FROM thread WHERE opened_by_id IS NULL")
    op.execute("DELETE FROM proposal WHERE author_id IS NULL")
    for table, column in (("thread", "opened_by_id"), ("comment", "author_id"), ("proposal", "author_id")):
        with alter_table(table) as batch:
            if table == "proposal":
                batch.drop_constraint(op.f("uq_proposal_link_id"), type_="unique")
            else:
                batch.drop_index(f"ix_{table}_link_id")
            batch.drop_constraint(op.f(f"fk_{table}_link_id"), type_="foreignkey")
            batch.drop_column("link_id")
            batch.alter_column(column, existing_type=sa.Integer(), nullable=False)
    with alter_table("galley_opening") as batch:
        batch.drop_constraint(op.f("uq_galley_opening_key_hash"), type_="unique")
        batch.drop_column("key_hash")
    op.execute("DELETE FROM galley_opening WHERE link_id IN (SELECT id FROM galley_link WHERE purpose != 'read')")
    op.execute("DELETE FROM galley_link WHERE purpose != 'read'")
    with alter_table("galley_link") as batch:
        batch.drop_index("ix_galley_link_person_id")
        batch.drop_constraint(op.f("fk_galley_link_person_id"), type_="foreignkey")
        for column in ("used_at", "sent_at", "person_id", "email", "purpose"):
            batch.drop_column(column)


def _make_tables() -> None:
    op.create_table(
        "question_plan",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False), sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_question_plan_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_question_plan")),
    )
    op.create_table(
        "questions_sent",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False), sa.Column("sent_to", sa.String(300), nullable=False),
        sa.Column("email", sa.String(300), nullable=False), sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False), sa.Column("mailed_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_questions_sent_article_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user.id"], name=op.f("fk_questions_sent_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions_sent")),
    )
    op.create_index("ix_questions_sent_article_id", "questions_sent", ["article_id"])
    op.create_table(
        "transcript",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("text", sa.Text(), nullable=False),
        sa.Column("put_by_id", sa.Integer(), nullable=False), sa.Column("put_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_transcript_article_id")),
        sa.ForeignKeyConstraint(["put_by_id"], ["user.id"], name=op.f("fk_transcript_put_by_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_transcript")),
    )
    op.create_table(
        "answer_span",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("block_id", sa.String(40), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False), sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_answer_span_article_id")),
        sa.PrimaryKeyConstraint("article_id", "block_id", name=op.f("pk_answer_span")),
    )
    op.create_table(
        "quote_check",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.String(40), nullable=False), sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False), sa.Column("words", sa.Text(), nullable=False),
        sa.Column("words_hash", sa.String(64), nullable=False), sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False), sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["link_id"], ["galley_link.id"], name=op.f("fk_quote_check_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_check")),
        sa.UniqueConstraint("link_id", "block_id", "place", name=op.f("uq_quote_check_link_id_block_id_place")),
    )
    op.create_table(
        "statement",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False), sa.Column("is_agreed", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False), sa.Column("affiliation", sa.String(300), nullable=False),
        sa.Column("conflicts", sa.Text(), nullable=False), sa.Column("stated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_statement_article_id")),
        sa.ForeignKeyConstraint(["link_id"], ["galley_link.id"], name=op.f("fk_statement_link_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_statement_person_id")),
        sa.PrimaryKeyConstraint("article_id", "person_id", name=op.f("pk_statement")),
    )
    op.create_index("ix_statement_person_id", "statement", ["person_id"])
