"""The words of the trade, as types; the glossary of the manual is generated from here."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a login may do in general; the policy table has one column for each."""

    READER = "reader"
    WRITER = "writer"
    EDITOR = "editor"
    CHIEF = "chief"
    ADMIN = "admin"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The word shown to people."""
        return {"chief": "editor in chief", "admin": "administrator", "system": "Galley"}.get(self.value, self.value)


STAFF = (Role.WRITER, Role.EDITOR, Role.CHIEF, Role.ADMIN)


class State(StrEnum):
    """Where the working copy of a piece is; whether it is live is another matter (see `publication`)."""

    IDEA = "idea"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    TO_CONFIRM = "to_confirm"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SETTLED = "settled"
    SPIKED = "spiked"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return "to be confirmed" if self is State.TO_CONFIRM else self.value.replace("_", " ")


class Kind(StrEnum):
    """What sort of piece it is; a page is one of the house (about, imprint), and in no list, feed or section."""

    ARTICLE = "article"
    NEWS = "news"
    INTERVIEW = "interview"
    PAGE = "page"

    @property
    def label(self) -> str:
        """The word shown to people, as a heading would have it."""
        return self.value.capitalize()


class CreditRole(StrEnum):
    """What a person did for a piece."""

    AUTHOR = "author"
    INTERVIEWER = "interviewer"
    INTERVIEWEE = "interviewee"
    PHOTOGRAPHER = "photographer"
    EDITOR = "editor"

    @property
    def makes_author(self) -> bool:
        """Whether a login behind this credit owns the piece (and may therefore not approve it)."""
        return self in (CreditRole.AUTHOR, CreditRole.INTERVIEWER)


class Why(StrEnum):
    """Why a piece is offered after another, the strongest reason first."""

    PICKED = "picked"
    NEXT_IN_SERIES = "next_in_series"
    SAME_EXPERT = "same_expert"
    SIMILAR = "similar"
    SAME_TOPIC = "same_topic"
    SAME_SECTION = "same_section"
    NEWEST = "newest"

    def said(self, about: str) -> str:
        """Return the reason in words; `about` names the series, the expert, the words, the topic or the section."""
        return {
            "picked": "Picked by an editor",
            "next_in_series": f"Next part of {about}",
            "same_expert": f"Also with {about}",
            "similar": f"Close in words: {about}",
            "same_topic": f"Same topic: {about}",
            "same_section": f"Newest in {about}",
        }.get(self.value, "Newest of all")


class CorrectionKind(StrEnum):
    """What readers are told of a change to a piece that they know."""

    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    UPDATE = "update"
    NOTE = "note"
    RETRACTION = "retraction"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return "Editor’s note" if self is CorrectionKind.NOTE else self.value.capitalize()


class Level(StrEnum):
    """How much a check of the text weighs, in one section and for one kind of piece."""

    OFF = "off"
    SHOWN = "shown"
    WARN = "warn"
    BLOCK = "block"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {"shown": "a remark", "warn": "a warning", "block": "stops approval"}.get(self.value, self.value)


class Bench(StrEnum):
    """Who is asked to approve: the piece's own desk (on which every chief sits), one desk by name, or the chiefs."""

    OWN_DESK = "own_desk"
    DESK = "desk"
    CHIEF = "chief"


class Priority(StrEnum):
    """How much a review presses, the most pressing first."""

    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


class Fate(StrEnum):
    """What became of a suggestion."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    """What somebody without a login may do under a private address."""

    READ = "read"
    COMMENT = "comment"
    CHECK = "check"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {"comment": "reads and comments", "check": "checks their own words"}.get(self.value, "reads")


class Verdict(StrEnum):
    """What somebody who was quoted says of their words."""

    OPEN = "open"
    CORRECT = "correct"
    FIX = "fix"
    WRONG = "wrong"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {"open": "Not marked", "fix": "Other words"}.get(self.value, self.value.capitalize())


class Mailing(StrEnum):
    """How somebody is told by mail of what stands in their inbox in any case."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NEVER = "never"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {"at_once": "At once", "digest": "In the morning’s letter"}.get(self.value, "Not by mail")


class ArrangementState(StrEnum):
    """Where an arrangement of the front page is; which of the published ones stands, the edition says."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        """The word shown to people."""
        return {"draft": "a draft"}.get(self.value, self.value)


class Can(StrEnum):
    """Everything that may be allowed or refused: `<thing>.<verb>`, alphabetical within a thing."""

    ARTICLE_APPROVE = "article.approve"
    ARTICLE_CONFER = "article.confer"
    ARTICLE_CONFIRM = "article.confirm"
    ARTICLE_CREATE = "article.create"
    ARTICLE_DISCUSS = "article.discuss"
    ARTICLE_EDIT = "article.edit"
    ARTICLE_IMPORT = "article.import"
    ARTICLE_NAME = "article.name"
    ARTICLE_PLAN = "article.plan"
    ARTICLE_PRUNE = "article.prune"
    ARTICLE_PUBLISH = "article.publish"
    ARTICLE_READ = "article.read"
    ARTICLE_RECALL = "article.recall"
    ARTICLE_REVISE = "article.revise"
    ARTICLE_SHARE = "article.share"
    ARTICLE_SPIKE = "article.spike"
    ARTICLE_SUBMIT = "article.submit"
    ARTICLE_SUGGEST = "article.suggest"
    ARTICLE_TRANSLATE = "article.translate"
    AUDIT_READ = "audit.read"
    CHECKS_SET = "checks.set"
    DESK_MEASURE = "desk.measure"
    EDITION_READ = "edition.read"
    EXPLORE_ARRANGE = "explore.arrange"
    FRONT_EDIT = "front.edit"
    MEDIA_EDIT = "media.edit"
    MEDIA_READ = "media.read"
    MEDIA_UPLOAD = "media.upload"
    NEWSROOM_ENTER = "newsroom.enter"
    PAGE_ARRANGE = "page.arrange"
    PERSON_CREATE = "person.create"
    PERSON_EDIT = "person.edit"
    PERSON_LINK = "person.link"
    PERSON_READ = "person.read"
    PITCH_VOTE = "pitch.vote"
    QUESTIONS_PLAN = "questions.plan"
    REVIEW_FOR_ASKED = "review.for_asked"
    REVIEW_FOR_CHIEFS = "review.for_chiefs"
    REVIEW_FOR_DESK = "review.for_desk"
    RULES_SET = "rules.set"
    SEARCH_GUIDE = "search.guide"
    SEARCH_READ = "search.read"
    SERIES_EDIT = "series.edit"
    TAXONOMY_EDIT = "taxonomy.edit"
    TEMPLATE_EDIT = "template.edit"
    TOPIC_CREATE = "topic.create"
    TRANSCRIPT_PUT = "transcript.put"
    TRANSCRIPT_READ = "transcript.read"
    USER_MANAGE = "user.manage"
    VIEWS_READ = "views.read"
    WORKER_WATCH = "worker.watch"
