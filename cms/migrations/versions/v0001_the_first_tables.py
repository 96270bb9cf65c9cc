"""Make the first tables: accounts, taxonomy, people, pictures, pieces, the edition, the event log and its outbox."""
# fmt: off

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "desk", "event", "generation", "job_lease", "sign_in_try", "topic", "user", "article", "asset", "delivery",
    "login_session", "section", "user_desk", "article_author", "notice", "person", "redirect", "revision",
    "withdrawal", "affiliation", "approval", "credit", "published_person", "revision_topic", "series",
    "working_copy", "episode", "published", "published_series", "published_credit", "published_topic",
)
# The application never changes an event; these make the database refuse whoever else tries (cms/core/events.py).
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event "
        "BEGIN SELECT RAISE(ABORT, 'events are never changed'); END",
        "CREATE TRIGGER event_no_delete BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$",
        "CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_event_change()",
    ),
}


def upgrade() -> None:
    """Make tables, indexes and triggers."""
    op.create_table(
        "desk",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")), sa.UniqueConstraint("name", name=op.f("uq_desk_name")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False), sa.Column("actor_id", sa.Integer()),
        sa.Column("actor_role", sa.String(32), nullable=False),
        sa.Column("subject_type", sa.String(32), nullable=False), sa.Column("subject_id", sa.Integer()),
        sa.Column("request_id", sa.String(40), nullable=False), sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("prev", sa.String(64), nullable=False), sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")), sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
    )
    op.create_index("ix_event_at", "event", ["at"])
    op.create_index("ix_event_subject", "event", ["subject_type", "subject_id", "id"])
    op.create_table(
        "generation",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation")),
    )
    op.create_table(
        "job_lease",
        sa.Column("name", sa.String(80), nullable=False), sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("lease_until", sa.DateTime()), sa.Column("done_at", sa.DateTime()), sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_lease")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("account_key", sa.String(64), nullable=False),
        sa.Column("source_key", sa.String(64), nullable=False), sa.Column("device_key", sa.String(64), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    op.create_index("ix_sign_in_try_account", "sign_in_try", ["account_key", "at"])
    op.create_index("ix_sign_in_try_at", "sign_in_try", ["at"])
    op.create_index("ix_sign_in_try_source", "sign_in_try", ["source_key", "at"])
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False), sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")), sa.UniqueConstraint("name", name=op.f("uq_topic_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_topic_slug")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=False), sa.Column("role", sa.String(32), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(), nullable=False), sa.Column("disabled_at", sa.DateTime()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")), sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("state", sa.String(32), nullable=False), sa.Column("state_since", sa.DateTime(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False), sa.Column("created_by_id", sa.Integer()),
        sa.Column("created_at", sa.DateTime(), nullable=False), sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("head_id", sa.Integer()), sa.Column("publish_at", sa.DateTime()),
        sa.Column("embargo_until", sa.DateTime()), sa.Column("due_at", sa.DateTime()),
        sa.Column("first_published_at", sa.DateTime()), sa.Column("imported_from", sa.String(500)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'scheduled') = (publish_at IS NOT NULL)",
                           name=op.f("ck_article_scheduled_has_time")),
        sa.CheckConstraint("state != 'settled' OR first_published_at IS NOT NULL",
                           name=op.f("ck_article_settled_was_published")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_article_created_by_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_article_desk_id")),
        sa.ForeignKeyConstraint(["head_id"], ["revision.id"], name=op.f("fk_article_head_id"), use_alter=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("imported_from", name=op.f("uq_article_imported_from")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_slug")),
    )
    op.create_index("ix_article_created_by_id", "article", ["created_by_id"])
    op.create_index("ix_article_desk", "article", ["desk_id", "state"])
    op.create_index("ix_article_head_id", "article", ["head_id"])
    op.create_index("ix_article_publish_at", "article", ["publish_at"])
    op.create_index("ix_article_state", "article", ["state", "state_since"])
    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("original_key", sa.String(80), nullable=False),
        sa.Column("file_name", sa.String(300), nullable=False), sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False), sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False), sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False), sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("credit", sa.String(300), nullable=False), sa.Column("renditions", sa.JSON(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer()), sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime()), sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["user.id"], name=op.f("fk_asset_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("original_key", name=op.f("uq_asset_original_key")),
    )
    op.create_index("ix_asset_sha256", "asset", ["sha256"])
    op.create_index("ix_asset_uploaded_by_id", "asset", ["uploaded_by_id"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscriber", sa.String(120), nullable=False), sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime()), sa.Column("lease_until", sa.DateTime()),
        sa.Column("done_at", sa.DateTime()), sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_delivery_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_due", "delivery", ["done_at", "due_at"])
    op.create_index("ix_delivery_event_id", "delivery", ["event_id"])
    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False), sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False), sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False), sa.Column("label", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_login_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index("ix_login_session_user_id", "login_session", ["user_id"])
    op.create_table(
        "section",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False), sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False), sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_section_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("name", name=op.f("uq_section_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_section_slug")),
    )
    op.create_index("ix_section_desk_id", "section", ["desk_id"])
    op.create_table(
        "user_desk",
        sa.Column("user_id", sa.Integer(), nullable=False), sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_user_desk_desk_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_desk_user_id")),
        sa.PrimaryKeyConstraint("user_id", "desk_id", name=op.f("pk_user_desk")),
    )
    op.create_index("ix_user_desk_desk_id", "user_desk", ["desk_id"])
    op.create_table(
        "article_author",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_author_article_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_article_author_user_id")),
        sa.PrimaryKeyConstraint("article_id", "user_id", name=op.f("pk_article_author")),
    )
    op.create_index("ix_article_author_user_id", "article_author", ["user_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer()),
        sa.Column("text", sa.String(300), nullable=False), sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False), sa.Column("mailed_at", sa.DateTime()),
        sa.Column("read_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_notice_article_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_notice_event_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notice_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("event_id", "user_id", name=op.f("uq_notice_event_id_user_id")),
    )
    op.create_index("ix_notice_article_id", "notice", ["article_id"])
    op.create_index("ix_notice_inbox", "notice", ["user_id", "read_at", "id"])
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False), sa.Column("headline", sa.String(300), nullable=False),
        sa.Column("employer", sa.String(300), nullable=False), sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("portrait_id", sa.Integer()), sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("expertise", sa.JSON(), nullable=False), sa.Column("user_id", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["portrait_id"], ["asset.id"], name=op.f("fk_person_portrait_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_person_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("slug", name=op.f("uq_person_slug")),
        sa.UniqueConstraint("user_id", name=op.f("uq_person_user_id")),
    )
    op.create_index("ix_person_portrait_id", "person", ["portrait_id"])
    op.create_table(
        "redirect",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("path", sa.String(500), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_redirect_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redirect")),
        sa.UniqueConstraint("path", name=op.f("uq_redirect_path")),
    )
    op.create_index("ix_redirect_article_id", "redirect", ["article_id"])
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False), sa.Column("made_by_id", sa.Integer()),
        sa.Column("made_at", sa.DateTime(), nullable=False), sa.Column("note", sa.String(300), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False), sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("headline", sa.String(300), nullable=False), sa.Column("kicker", sa.String(300), nullable=False),
        sa.Column("dek", sa.Text(), nullable=False), sa.Column("body", sa.Text(), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False), sa.Column("section_id", sa.Integer()),
        sa.Column("hero_id", sa.Integer()), sa.Column("hero_alt", sa.Text(), nullable=False),
        sa.Column("hero_caption", sa.Text(), nullable=False), sa.Column("hero_credit", sa.String(300), nullable=False),
        sa.Column("seo_title", sa.String(300), nullable=False),
        sa.Column("seo_description", sa.Text(), nullable=False), sa.Column("language", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_revision_article_id")),
        sa.ForeignKeyConstraint(["hero_id"], ["asset.id"], name=op.f("fk_revision_hero_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_revision_made_by_id")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_revision_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_revision_article_id_number")),
    )
    op.create_index("ix_revision_headline", "revision", ["headline"])
    op.create_index("ix_revision_hero_id", "revision", ["hero_id"])
    op.create_index("ix_revision_section_id", "revision", ["section_id"])
    op.create_table(
        "withdrawal",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_withdrawal_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("slug", name=op.f("uq_withdrawal_slug")),
    )
    op.create_table(
        "affiliation",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False), sa.Column("title", sa.String(300), nullable=False),
        sa.Column("organisation", sa.String(300), nullable=False), sa.Column("since", sa.String(20), nullable=False),
        sa.Column("until", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_affiliation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
    )
    op.create_index("ix_affiliation_person_id", "affiliation", ["person_id"])
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False), sa.Column("approved_by_id", sa.Integer()),
        sa.Column("approved_at", sa.DateTime(), nullable=False), sa.Column("note", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user.id"], name=op.f("fk_approval_approved_by_id")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_approval_article_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_approval_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index("ix_approval_article_id", "approval", ["article_id"])
    op.create_table(
        "credit",
        sa.Column("revision_id", sa.Integer(), nullable=False), sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False), sa.Column("role", sa.String(32), nullable=False),
        sa.Column("affiliation", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credit_person_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_credit_revision_id")),
        sa.PrimaryKeyConstraint("revision_id", "position", name=op.f("pk_credit")),
    )
    op.create_index("ix_credit_person_id", "credit", ["person_id"])
    op.create_table(
        "published_person",
        sa.Column("person_id", sa.Integer(), nullable=False), sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("name", sa.String(300), nullable=False), sa.Column("headline", sa.String(300), nullable=False),
        sa.Column("employer", sa.String(300), nullable=False), sa.Column("portrait", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False), sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("interviews", sa.Integer(), nullable=False), sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("newest_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_published_person_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_published_person")),
        sa.UniqueConstraint("slug", name=op.f("uq_published_person_slug")),
    )
    op.create_index("ix_published_person_returning", "published_person", ["interviews", "newest_at"])
    op.create_table(
        "revision_topic",
        sa.Column("revision_id", sa.Integer(), nullable=False), sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_revision_topic_revision_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_revision_topic_topic_id")),
        sa.PrimaryKeyConstraint("revision_id", "topic_id", name=op.f("pk_revision_topic")),
    )
    op.create_index("ix_revision_topic_topic_id", "revision_topic", ["topic_id"])
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("title", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False), sa.Column("description", sa.Text(), nullable=False),
        sa.Column("host_id", sa.Integer()), sa.Column("cover_id", sa.Integer()),
        sa.Column("planned_parts", sa.Integer(), nullable=False),
        sa.Column("is_interviews", sa.Boolean(), nullable=False), sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cover_id"], ["asset.id"], name=op.f("fk_series_cover_id")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_series_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_series_slug")),
        sa.UniqueConstraint("title", name=op.f("uq_series_title")),
    )
    op.create_index("ix_series_cover_id", "series", ["cover_id"])
    op.create_index("ix_series_host_id", "series", ["host_id"])
    op.create_table(
        "working_copy",
        sa.Column("id", sa.Integer(), nullable=False), sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False), sa.Column("base_revision_id", sa.Integer()),
        sa.Column("content", sa.JSON(), nullable=False), sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_working_copy_article_id")),
        sa.ForeignKeyConstraint(["base_revision_id"], ["revision.id"], name=op.f("fk_working_copy_base_revision_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_working_copy_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_copy")),
        sa.UniqueConstraint("article_id", "user_id", name=op.f("uq_working_copy_article_id_user_id")),
    )
    op.create_index("ix_working_copy_user_id", "working_copy", ["user_id"])
    op.create_table(
        "episode",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_episode_article_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_episode_series_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_episode")),
        sa.UniqueConstraint("series_id", "part", name=op.f("uq_episode_series_id_part")),
    )
    op.create_table(
        "published",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False), sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False), sa.Column("language", sa.String(16), nullable=False),
        sa.Column("headline", sa.String(300), nullable=False), sa.Column("kicker", sa.String(300), nullable=False),
        sa.Column("dek", sa.Text(), nullable=False), sa.Column("teaser", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False), sa.Column("notes_html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False), sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False), sa.Column("bylines", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False), sa.Column("hero", sa.JSON(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("section_name", sa.String(300), nullable=False),
        sa.Column("section_slug", sa.String(100), nullable=False), sa.Column("series_id", sa.Integer()),
        sa.Column("series_part", sa.Integer()), sa.Column("seo_title", sa.String(300), nullable=False),
        sa.Column("seo_description", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False), sa.Column("updated_at", sa.DateTime()),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("reading_minutes", sa.Integer(), nullable=False), sa.Column("related", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_published_article_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_published_revision_id")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_published_section_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_published_series_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_published")),
        sa.UniqueConstraint("slug", name=op.f("uq_published_slug")),
    )
    op.create_index("ix_published_kind", "published", ["kind", "published_at", "article_id"])
    op.create_index("ix_published_newest", "published", ["published_at", "article_id"])
    op.create_index("ix_published_section", "published", ["section_id", "published_at", "article_id"])
    op.create_index("ix_published_series", "published", ["series_id", "series_part"])
    op.create_table(
        "published_series",
        sa.Column("series_id", sa.Integer(), nullable=False), sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("title", sa.String(300), nullable=False), sa.Column("description", sa.Text(), nullable=False),
        sa.Column("host", sa.JSON(), nullable=False), sa.Column("cover", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False), sa.Column("planned_parts", sa.Integer(), nullable=False),
        sa.Column("is_interviews", sa.Boolean(), nullable=False),
        sa.Column("newest_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_published_series_series_id")),
        sa.PrimaryKeyConstraint("series_id", name=op.f("pk_published_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_published_series_slug")),
    )
    op.create_index("ix_published_series_newest_at", "published_series", ["newest_at"])
    op.create_table(
        "published_credit",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False), sa.Column("affiliation", sa.String(300), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["published.article_id"], name=op.f("fk_published_credit_article_id"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_published_credit_person_id")),
        sa.PrimaryKeyConstraint("article_id", "person_id", "role", name=op.f("pk_published_credit")),
    )
    op.create_index("ix_published_credit_person", "published_credit", ["person_id", "published_at"])
    op.create_table(
        "published_topic",
        sa.Column("article_id", sa.Integer(), nullable=False), sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["published.article_id"], name=op.f("fk_published_topic_article_id"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_published_topic_topic_id")),
        sa.PrimaryKeyConstraint("article_id", "topic_id", name=op.f("pk_published_topic")),
    )
    op.create_index("ix_published_topic_topic", "published_topic", ["topic_id", "published_at"])
    dialect = op.get_bind().dialect.name
    if dialect != "sqlite":  # which takes the reference with the table, before revision is there
        op.create_foreign_key(op.f("fk_article_head_id"), "article", "revision", ["head_id"], ["id"])
    for statement in TRIGGERS[dialect]:
        op.execute(statement)


def downgrade() -> None:
    """Take everything away; indexes and triggers go with their tables."""
    dialect = op.get_bind().dialect.name
    if dialect != "sqlite":
        op.drop_constraint(op.f("fk_article_head_id"), "article", type_="foreignkey")
    for table in reversed(TABLES):
        op.drop_table(table)
    if dialect == "postgresql":
        op.execute("DROP FUNCTION refuse_event_change()")
