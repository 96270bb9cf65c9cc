"""Make room for the writing desk: quiet saves, presence, templates, checks, shared galleys, pictures with a focus."""
# fmt: off

from __future__ import annotations

import html
import json
from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

from cms.migrations.altering import alter_table

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "check_level", "draft_template", "galley_link", "galley_opening", "link_check", "presence", "revision_name",
)
#: What rows that are there already get in a column that may not be empty.
FILLED: dict[str, tuple[tuple[str, sa.types.TypeEngine[object], str], ...]] = {
    "revision": (("is_quiet", sa.Boolean(), "false"),),
    "working_copy": (("tab", sa.String(40), ""), ("number", sa.Integer(), "0")),
    "asset": (
        ("rights", sa.String(300), ""), ("focal_x", sa.Integer(), "50"), ("focal_y", sa.Integer(), "50"),
        ("former_keys", sa.JSON(), "[]"),
    ),
}


COPY = sa.table("working_copy", sa.column("id", sa.Integer), sa.column("content", sa.JSON))
PLAIN = (
    "kind", "headline", "kicker", "dek", "body", "slug", "hero_alt", "hero_caption", "hero_credit", "seo_title",
    "seo_description", "language",
)


def upgrade() -> None:
    """Add columns to what is there, then the new tables."""
    for table, columns in FILLED.items():
        with alter_table(table) as batch:
            for name, kind, default in columns:
                batch.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        with alter_table(table) as batch:
            for name, kind, _ in columns:
                batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    with alter_table("revision") as batch:
        batch.add_column(sa.Column("save_id", sa.String(40)))
        batch.create_unique_constraint(op.f("uq_revision_article_id_save_id"), ["article_id", "save_id"])
    with alter_table("asset") as batch:
        batch.add_column(sa.Column("rendered_at", sa.DateTime()))
    op.create_index("ix_asset_rendered_at", "asset", ["rendered_at"])
    with alter_table("working_copy") as batch:
        batch.drop_constraint(op.f("uq_working_copy_article_id_user_id"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_working_copy_article_id_user_id_tab"), ["article_id", "user_id", "tab"]
        )
    _rewrite_copies(_typed)
    op.create_table(
        "revision_name",
        sa.Column("revision_id", sa.Integer(), nullable=False), sa.Column("name", sa.String(300), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=False), sa.Column("named_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["named_by_id"], ["user.id"], name=op.f("fk_revision_name_named_by_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_revision_name_revision_id")),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_revision_name")),
    )
    op.create_table(
        "presence",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(40), nullable=False), sa.Column("place_label", sa.String(300), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False), sa.Column("holding_since", sa.DateTime()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_presence_article_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_presence_user_id")),
        sa.PrimaryKeyConstraint("article_id", "user_id", name=op.f("pk_presence")),
    )
    op.create_index("ix_presence_user_id", "presence", ["user_id"])
    op.create_index("ix_presence_seen_at", "presence", ["seen_at"])
    op.create_table(
        "draft_template",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("name", sa.String(200), nullable=False),
        sa.Column("about", sa.String(300), nullable=False), sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("section_id", sa.Integer()), sa.Column("headline", sa.String(300), nullable=False),
        sa.Column("kicker", sa.String(300), nullable=False), sa.Column("dek", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False), sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime()), sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_draft_template_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_template")),
    )
    op.create_index("ix_draft_template_section_id", "draft_template", ["section_id"])
    op.create_table(
        "check_level",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("scope", sa.String(120), nullable=False),
        sa.Column("rule", sa.String(40), nullable=False), sa.Column("section_id", sa.Integer()),
        sa.Column("kind", sa.String(32)), sa.Column("level", sa.String(32), nullable=False),
        sa.Column("set_by_id", sa.Integer()), sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_check_level_section_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["user.id"], name=op.f("fk_check_level_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_level")),
        sa.UniqueConstraint("scope", name=op.f("uq_check_level_scope")),
    )
    op.create_index("ix_check_level_section_id", "check_level", ["section_id"])
    op.create_table(
        "link_check",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_hash", sa.String(64), nullable=False), sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False), sa.Column("checked_at", sa.DateTime()),
        sa.Column("status", sa.Integer(), nullable=False), sa.Column("problem", sa.String(300), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False), sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_check")),
        sa.UniqueConstraint("url_hash", name=op.f("uq_link_check_url_hash")),
    )
    op.create_index("ix_link_check_due_at", "link_check", ["due_at"])
    op.create_table(
        "galley_link",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False), sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("label", sa.String(300), nullable=False), sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False), sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_galley_link_article_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_galley_link_made_by_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_galley_link_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_galley_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_galley_link_token_hash")),
    )
    op.create_index("ix_galley_link_article_id", "galley_link", ["article_id"])
    op.create_table(
        "galley_opening",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False), sa.Column("browser", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["galley_link.id"], name=op.f("fk_galley_opening_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_galley_opening")),
    )
    op.create_index("ix_galley_opening_link_id", "galley_opening", ["link_id"])


def downgrade() -> None:
    """Take the tables away, then the columns; of several copies of one person's text the newest is kept."""
    for table in reversed(TABLES):
        op.drop_table(table)
    _rewrite_copies(_content)
    op.execute(
        "DELETE FROM working_copy WHERE id NOT IN "
        "(SELECT max(id) FROM working_copy GROUP BY article_id, user_id)"
    )
    with alter_table("working_copy") as batch:
        batch.drop_constraint(op.f("uq_working_copy_article_id_user_id_tab"), type_="unique")
        batch.create_unique_constraint(op.f("uq_working_copy_article_id_user_id"), ["article_id", "user_id"])
    with alter_table("revision") as batch:
        batch.drop_constraint(op.f("uq_revision_article_id_save_id"), type_="unique")
        batch.drop_column("save_id")
    op.drop_index("ix_asset_rendered_at", table_name="asset")
    with alter_table("asset") as batch:
        batch.drop_column("rendered_at")
    for table, columns in FILLED.items():
        with alter_table(table) as batch:
            for name, *_ in columns:
                batch.drop_column(name)


def _rewrite_copies(rewritten: Any) -> None:
    """Write every working copy anew, from the numbers of things to their names or back."""
    bind = op.get_bind()
    copies = bind.execute(sa.select(COPY)).all()
    if not copies:
        return
    people, topics = _people(bind), dict(bind.execute(sa.text("SELECT id, name FROM topic")).all())
    for number, content in copies:
        facts = content if isinstance(content, dict) else {}
        bind.execute(COPY.update().where(COPY.c.id == number).values(content=rewritten(facts, people, topics)))


def _people(bind: Any) -> dict[int, str]:
    """Return what the editor calls everybody: by name, and by the address too where two have the same one."""
    rows = bind.execute(sa.text("SELECT id, name, slug FROM person")).all()
    often = Counter(" ".join(name.split()).casefold() for _, name, _ in rows)
    return {i: f"{name} ({slug})" if often[" ".join(name.split()).casefold()] > 1 else name for i, name, slug in rows}


def _typed(facts: dict[str, Any], people: dict[int, str], topics: dict[int, str]) -> dict[str, str]:
    """Return a content as the editor's form sends it; what cannot be read as one keeps its texts."""
    typed = {name: facts[name] if isinstance(facts.get(name), str) else "" for name in PLAIN}
    for name in ("section_id", "hero_id"):
        typed[name] = str(facts[name]) if isinstance(facts.get(name), int) else ""
    chosen = facts.get("topic_ids") if isinstance(facts.get("topic_ids"), list) else []
    typed["topics"] = ", ".join(topics[i] for i in chosen if isinstance(i, int) and i in topics)
    credits = facts.get("credits") if isinstance(facts.get("credits"), list) else []
    for i, line in enumerate(line for line in credits if isinstance(line, dict)):
        person = line.get("person_id")
        typed[f"credits-{i}-person"] = people.get(person, "") if isinstance(person, int) else ""
        typed[f"credits-{i}-role"] = str(line.get("role") or "author")
        typed[f"credits-{i}-affiliation"] = str(line.get("affiliation") or "")
        typed[f"credits-{i}-position"] = str(i + 1)
    strange = {name: value for name, value in facts.items() if name not in {*typed, "topic_ids", "credits"}}
    if strange and not typed["body"]:  # never written by us; whoever opens it can still see what it was
        typed["body"] = f"<p>{html.escape(json.dumps(strange, ensure_ascii=False), quote=False)}</p>"
    return typed


def _content(typed: dict[str, Any], people: dict[int, str], topics: dict[int, str]) -> dict[str, Any]:
    """Return what was typed as a content; names of nobody are left out."""
    texts = {name: value for name, value in typed.items() if isinstance(value, str)}
    facts: dict[str, Any] = {name: texts.get(name, "") for name in PLAIN}
    facts |= {"kind": texts.get("kind") or "article", "language": texts.get("language") or "en"}
    for name in ("section_id", "hero_id"):
        facts[name] = int(texts[name]) if texts.get(name, "").isdigit() else None
    by_topic = {name.casefold(): i for i, name in topics.items()}
    names = [name.strip().casefold() for name in texts.get("topics", "").split(",")]
    facts["topic_ids"] = [by_topic[name] for name in names if name in by_topic]
    by_name = {name.casefold(): i for i, name in people.items()}
    facts["credits"] = [
        {
            "person_id": by_name[texts[name].strip().casefold()],
            "role": texts.get(name.replace("person", "role")) or "author",
            "affiliation": texts.get(name.replace("person", "affiliation"), ""),
        }
        for name in sorted(texts)
        if name.startswith("credits-") and name.endswith("-person") and texts[name].strip().casefold() in by_name
    ]
    return facts
