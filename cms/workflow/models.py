"""Reviews and what comes of them: the rules, a round under them, the approvals that it waits for, and the receipt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.accounts.models import User
from cms.articles.models import Article
from cms.core.db import Base, FactList, Facts, Hash, Line, PrimaryKey, Prose, words
from cms.vocabulary import Bench, Kind, Priority
from cms.workflow.rulebook import Asked, Rules


class ReviewRule(Base):
    """What a review asks for in one place; the narrower place wins.

    `scope` is `<section id>|<kind>`, with nothing where it holds for all of them; `facts` are the rules (`rulebook`).
    """

    __tablename__ = "review_rule"
    id: Mapped[PrimaryKey]
    scope: Mapped[str] = mapped_column(String(60), unique=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"), index=True)
    kind: Mapped[Kind | None] = mapped_column(words(Kind))
    facts: Mapped[Facts]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    set_at: Mapped[datetime]


class Round(Base):
    """One review of a piece, from its submission until it is published or put away, under the rules it began with.

    `stage` is the number of the stage that it waits in, of `last_stage`. `seconds` are those that it spent in review so
    far, not those in which the writers had it. `decided_at` is when it was approved last, `reminded_at` when its
    reviewers were reminded.
    """

    __tablename__ = "review_round"
    __table_args__ = (
        Index("ix_review_round_running", "article_id", "ended_at"),
        Index("ix_review_round_due", "ended_at", "due_at"),
        Index("ix_review_round_decided", "desk_id", "decided_at"),
    )
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    desk_id: Mapped[int]  # no reference: a desk may go whose reviews are history
    facts: Mapped[Facts]
    stage: Mapped[int] = mapped_column(default=0)
    last_stage: Mapped[int]
    priority: Mapped[Priority] = mapped_column(words(Priority), default=Priority.NORMAL)
    due_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    began_at: Mapped[datetime]
    seconds: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    article: Mapped[Article] = relationship(lazy="raise_on_sql")
    seats: Mapped[list[Seat]] = relationship(lazy="raise_on_sql", order_by="Seat.stage, Seat.id")

    @property
    def rules(self) -> Rules:
        """The rules that it began with."""
        return Rules.read(self.facts)

    @property
    def is_in_last_stage(self) -> bool:
        """Whether it waits for those who sign the text that goes out."""
        return self.stage == self.last_stage

    def waiting(self, content_hash: str) -> list[Seat]:
        """Return the approvals that the present stage waits for.

        In the last stage, one of another text does not count; in those before it stands whatever is changed later.
        """
        return [
            seat
            for seat in self.seats
            if seat.stage == self.stage
            and (seat.signed_by_id is None or (self.is_in_last_stage and seat.content_hash != content_hash))
        ]


class Seat(Base):
    """One approval that a round waits for, or has: who is asked, who took it up, and what they signed.

    `holder_id` was asked in person, or took it up (`claimed_at`); others of the bench may still sign.
    """

    __tablename__ = "review_seat"
    __table_args__ = (
        UniqueConstraint("round_id", "signed_by_id"),  # one vote each in a round
        CheckConstraint("(signed_by_id IS NULL) = (signed_at IS NULL)", name="signed_has_time"),
    )
    id: Mapped[PrimaryKey]
    round_id: Mapped[int] = mapped_column(ForeignKey("review_round.id"))
    stage: Mapped[int]
    bench: Mapped[Bench] = mapped_column(words(Bench))
    desk_id: Mapped[int | None]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    asked_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    signed_at: Mapped[datetime | None]
    number: Mapped[int] = mapped_column(default=0)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[Prose]
    round: Mapped[Round] = relationship(lazy="raise_on_sql", back_populates="seats")
    holder: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=holder_id)
    signed_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=signed_by_id)

    @property
    def asked(self) -> Asked:
        """Who may give this approval."""
        return self.round.rules.stages[self.stage].asked


class Tick(Base):
    """Somebody's word that one thing was done for one text, such as checking its facts; any other text asks anew."""

    __tablename__ = "tick"
    __table_args__ = (UniqueConstraint("article_id", "content_hash", "text"),)
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    content_hash: Mapped[Hash]
    text: Mapped[Line]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    made_by: Mapped[User] = relationship(lazy="raise_on_sql")


class Approval(Base):
    """A receipt. It holds only for the text whose hash it names; `voided_at` says when it stopped holding.

    `approved_by_id` gave the last approval of those in `signatures`, which are copies: who signed which text when, and
    for whom. `rules` are the words of the rules that they did it under, `ticks` what was ticked, and `waivers` what was
    waived: what stood in the way, why it need not, and who said so.
    """

    __tablename__ = "approval"
    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    content_hash: Mapped[Hash]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime]
    note: Mapped[Prose]
    rules: Mapped[Prose]
    signatures: Mapped[FactList] = mapped_column(default=list)
    ticks: Mapped[FactList] = mapped_column(default=list)
    waivers: Mapped[FactList] = mapped_column(default=list)
    voided_at: Mapped[datetime | None]
    approved_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def signed(self) -> FactList:
        """Who approved, with the moments as such."""
        return [one | {"at": datetime.fromisoformat(one["at"])} for one in self.signatures]

    @property
    def ticked(self) -> FactList:
        """What was ticked, with the moments as such."""
        return [one | {"at": datetime.fromisoformat(one["at"])} for one in self.ticks]
