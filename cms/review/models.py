"""What lies beside a text: what is said about it, what each check weighs, what became of its links, who looks in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.accounts.models import User
from cms.articles.document import Anchor, Operation, OperationKind
from cms.articles.models import Article, Revision
from cms.core.db import Base, FactList, Hash, Line, PrimaryKey, Prose, words
from cms.vocabulary import Fate, Kind, Level, Purpose

#: What is written down where nothing can be said about an address, because this machine cannot ask.
NO_CONNECTION = "is out of reach: this machine has no way to the internet at the moment"


class CheckLevel(Base):
    """How much one check weighs where it does not weigh what it does by itself; the narrower place wins.

    `scope` is `<rule>|<section id>|<kind>`, with nothing where the level holds for all of them.
    """

    __tablename__ = "check_level"
    id: Mapped[PrimaryKey]
    scope: Mapped[str] = mapped_column(String(120), unique=True)
    rule: Mapped[str] = mapped_column(String(40))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"), index=True)
    kind: Mapped[Kind | None] = mapped_column(words(Kind))
    level: Mapped[Level] = mapped_column(words(Level))
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    set_at: Mapped[datetime]


class LinkCheck(Base):
    """One address that some text links to, and what the worker found there.

    `status` is the last HTTP status, 0 where none came; `problem` completes "example.org ..."; `failures` counts the
    tries in a row that found nothing, and is 0 beside a problem that only says that nothing could be found out;
    `due_at` is when to look (again).
    """

    __tablename__ = "link_check"
    id: Mapped[PrimaryKey]
    url: Mapped[str] = mapped_column(Text)
    url_hash: Mapped[Hash] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    checked_at: Mapped[datetime | None]
    status: Mapped[int] = mapped_column(default=0)
    problem: Mapped[Line]
    milliseconds: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)


class GalleyLink(Base):
    """A private address for somebody without a login: one revision to read, to comment on, or their own words in it.

    It opens until it expires, is closed, or was used: who checks their words answers once. Only a hash of the token is
    stored; where `email` says where to send it, only the letter has it, and `sent_at` is when it went.
    """

    __tablename__ = "galley_link"
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    purpose: Mapped[Purpose] = mapped_column(words(Purpose), default=Purpose.READ)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    label: Mapped[Line]
    email: Mapped[Line]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revision: Mapped[Revision] = relationship(lazy="raise_on_sql")
    made_by: Mapped[User] = relationship(lazy="raise_on_sql")


class GalleyOpening(Base):
    """One opening of such a link: when, and with what sort of browser; no address is kept.

    Where more can be done than to read, it admits that browser for some hours: its cookie has the key to `key_hash`.
    """

    __tablename__ = "galley_opening"
    id: Mapped[PrimaryKey]
    link_id: Mapped[int] = mapped_column(ForeignKey("galley_link.id"), index=True)
    opened_at: Mapped[datetime]
    browser: Mapped[Line]
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)


class Thread(Base):
    """Something said about a piece, and what was answered: about a field, a block, some words of it, or all of it.

    About a suggestion (`suggestion_id`) it lies with that one until it is decided, and is settled by the decision.
    Whoever is outside (`link_id`) began it under a private address, and reads there what is answered.

    `quote` holds the words as they were when it was opened, the `anchor_` columns where they are now: they follow the
    text from save to save. `label` names the place for whoever finds it gone.
    """

    __tablename__ = "thread"
    __table_args__ = (Index("ix_thread_article", "article_id", "settled_at"),)
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    field: Mapped[str] = mapped_column(String(32), default="")
    block_id: Mapped[str] = mapped_column(String(40), default="")
    quote: Mapped[Prose]
    anchor_quote: Mapped[Prose]
    anchor_before: Mapped[Line]
    anchor_after: Mapped[Line]
    label: Mapped[Line]
    is_confidential: Mapped[bool] = mapped_column(default=False)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("galley_link.id"), index=True)
    suggestion_id: Mapped[int | None] = mapped_column(ForeignKey("suggestion.id", ondelete="SET NULL"), index=True)
    opened_at: Mapped[datetime]
    said_at: Mapped[datetime]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    settled_at: Mapped[datetime | None]
    article: Mapped[Article] = relationship(lazy="raise_on_sql")
    settled_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=settled_by_id)
    comments: Mapped[list[Comment]] = relationship(lazy="raise_on_sql", order_by="Comment.id")
    suggestion: Mapped[Suggestion | None] = relationship(lazy="raise_on_sql")

    @property
    def anchor(self) -> Anchor:
        """Where in the text it belongs, as far as the last save knew."""
        return Anchor(self.block_id, self.anchor_quote, self.anchor_before, self.anchor_after)

    @anchor.setter
    def anchor(self, anchor: Anchor) -> None:
        self.block_id, self.anchor_quote = anchor.block_id, anchor.quote
        self.anchor_before, self.anchor_after = anchor.before, anchor.after


class Comment(Base):
    """One thing that somebody said; what it said before it was mended or taken back stays in `former`."""

    __tablename__ = "comment"
    id: Mapped[PrimaryKey]
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("galley_link.id"), index=True)
    text: Mapped[Prose]
    made_at: Mapped[datetime]
    mended_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    former: Mapped[FactList]
    author: Mapped[User | None] = relationship(lazy="raise_on_sql")
    link: Mapped[GalleyLink | None] = relationship(lazy="raise_on_sql")

    @property
    def who(self) -> str:
        """Who said it: somebody with a login, or somebody outside."""
        return _named(self.author, self.link)


class Look(Base):
    """Which revision of a piece somebody read last, and which before: what is new to them follows from it."""

    __tablename__ = "look"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    number: Mapped[int]
    before: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[datetime]


class Waiver(Base):
    """Somebody's word that one thing need not stop the approval of one text, and why; any other text asks anew.

    `about` is the name of a check, or `thread:` or `suggestion:` with a number; `text` is what stood in the way.
    """

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("article_id", "content_hash", "about"),)
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    content_hash: Mapped[Hash]
    about: Mapped[str] = mapped_column(String(80))
    text: Mapped[Prose]
    reason: Mapped[Prose]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    made_by: Mapped[User] = relationship(lazy="raise_on_sql")


class Proposal(Base):
    """Somebody's proposed copy of a piece, as long as some of it waits: which revision it changes, and its order.

    It is by somebody with a login, or by somebody outside who checked their own words.
    """

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("article_id", "author_id"),)
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("galley_link.id"), unique=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    blocks: Mapped[list[str]]
    made_at: Mapped[datetime]
    author: Mapped[User | None] = relationship(lazy="raise_on_sql")
    link: Mapped[GalleyLink | None] = relationship(lazy="raise_on_sql")

    @property
    def who(self) -> str:
        """Whose it is: of somebody with a login, or of somebody outside."""
        return _named(self.author, self.link)


class Suggestion(Base):
    """One change that is proposed, and what became of it; the text itself has nothing of it until it is accepted.

    `old` and `new` are the blocks before and after, or the words of a field; what is accepted of it alone is in `old`.
    `is_draft` marks what was only kept while somebody wrote.
    """

    __tablename__ = "suggestion"
    __table_args__ = (Index("ix_suggestion_article", "article_id", "fate"),)
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    kind: Mapped[OperationKind] = mapped_column(words(OperationKind))
    field: Mapped[str] = mapped_column(String(32), default="")
    old: Mapped[list[str]]
    new: Mapped[list[str]]
    fate: Mapped[Fate] = mapped_column(words(Fate), default=Fate.OPEN)
    is_draft: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Prose]
    made_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")
    decided_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def operation(self) -> Operation:
        """What it does to the body."""
        return Operation(self.kind, tuple(self.old), tuple(self.new))


def _named(author: User | None, link: GalleyLink | None) -> str:
    if author is not None:
        return author.name
    return f"{link.label}, outside" if link is not None else ""
