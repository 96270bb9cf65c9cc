"""What pages show of what lies beside a piece: threads and suggestions down the text, and the form for a new thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template

from cms.articles import document
from cms.articles.document import OperationKind
from cms.articles.models import Article, Revision
from cms.newsroom.forms.comments import SayForm
from cms.policy import can
from cms.review.comments import queries as comments
from cms.review.comments.facts import FIELDS, PIECE, Name, Unheard
from cms.review.comments.queries import Said
from cms.review.suggestions import queries as suggestions
from cms.review.suggestions.queries import Offered
from cms.vocabulary import Can, State
from cms.web.session import db, user
from cms.web.templating import counted

LONGEST_PLACE = 50
#: What a card says that somebody suggests; words are shown themselves.
SUGGESTED = {
    OperationKind.WORDS: "suggests",
    OperationKind.TURN: "suggests another kind of block",
    OperationKind.INSERT: "suggests to add",
    OperationKind.DELETE: "suggests to cut",
    OperationKind.MOVE: "suggests to move this",
    OperationKind.SPLIT: "suggests to part this",
    OperationKind.MERGE: "suggests to join these",
}


@dataclass(frozen=True)
class Card:
    """One suggestion as a card: who suggests what, the words that come and go, what else, and what was answered."""

    offered: Offered
    said: str
    html: str
    details: Sequence[str]
    alternatives: tuple[str, ...]
    answers: Said | None
    is_own: bool

    @property
    def is_suggestion(self) -> bool:
        """Tells it from a thread."""
        return True


@dataclass(frozen=True)
class Talk:
    """Everything that lies beside a piece, in the order of the text; `names` are those who can be called by `@`.

    `decided` are the suggestions that were accepted and rejected last, `authors` those who suggest more than one thing,
    by the number of their proposal and name, and `waits` says who decides about these, where the reader cannot. `me` is
    who reads it, `unheard` what in their own words was to call somebody and called nobody, by comment.
    """

    open: Sequence[Said | Card]
    settled: Sequence[Said]
    decided: Sequence[Card]
    authors: Sequence[tuple[int, str]]
    names: Sequence[Name]
    unheard: Mapping[int, Sequence[Unheard]]
    form: SayForm
    me: int
    may_confer: bool
    may_decide: bool
    waits: str

    @property
    def sentence(self) -> str:
        """How much waits, and how much was settled."""
        offered = sum(isinstance(one, Card) for one in self.open)
        threads = len(self.open) - offered + sum(isinstance(one, Card) and one.answers is not None for one in self.open)
        parts = [
            counted(offered, "suggestion") if offered else "",
            f"{threads} open" if threads or self.settled else "",
            f"{len(self.settled)} settled" if self.settled else "",
        ]
        return ", ".join(filter(None, parts)) or "Nothing said yet"


def of(article: Article, form: SayForm | None = None) -> Talk:
    """Return what lies beside a piece; `form` is one that was sent and has to be mended."""
    if form is None:
        form = SayForm(formdata=None)
        form.offer(places(article))
    said = comments.beside(db(), user(), article)
    # What was decided keeps what was settled with it; opened again, that stands by itself.
    waiting, kept = suggestions.beside(db(), article)
    cards = [_card(one, _answers(said, one, is_open=True)) for one in waiting]
    decided = [_card(one, _answers(said, one, is_open=False)) for one in kept]
    shown = {card.answers for card in (*cards, *decided)}
    may_decide = can(user(), Can.ARTICLE_EDIT, article)
    names = comments.callable_in(db(), article, is_confidential=False)
    return Talk(
        sorted([*(one for one in said if one.is_open and one not in shown), *cards], key=_down_the_text),
        [one for one in said if not one.is_open and one not in shown],
        decided,
        _authors(cards),
        names,
        comments.unheard(said, names, user().id),
        form,
        user().id,
        can(user(), Can.ARTICLE_CONFER, article),
        may_decide,
        _waits(article) if cards and not may_decide else "",
    )


def _waits(article: Article) -> str:
    """Say who decides about what is suggested, where whoever reads it cannot."""
    if article.state is State.IN_REVIEW and user().id in article.author_ids:
        return "While the piece is with its editors, they decide about these. Take it back to decide yourself."
    return "Those who may change the text decide about these."


def panel(article: Article) -> str:
    """Return what lies beside a piece as the editor's script puts it beside the text."""
    return render_template("newsroom/comments/beside.html", article=article, talk=of(article))


def places(article: Article) -> list[tuple[str, str]]:
    """Return what there is to say something about, as a form names it, in the order of the page."""
    return places_in(article.head)


def places_in(revision: Revision | None) -> list[tuple[str, str]]:
    """Return the same for one revision."""
    blocks = document.parse(revision.body) if revision else ()
    fields = [(f"field:{name}", words) for name, words in FIELDS.items()]
    return [
        ("", PIECE),
        *fields,
        *((f"block:{block.id}", f"Block {n}: {_gist(block)}") for n, block in enumerate(blocks, 1)),
    ]


def _answers(said: Sequence[Said], offered: Offered, *, is_open: bool) -> Said | None:
    return next((o for o in said if o.thread.suggestion_id == offered.suggestion.id and o.is_open is is_open), None)


def _card(offered: Offered, answers: Said | None) -> Card:
    one = offered.suggestion
    said = SUGGESTED[one.kind]
    if one.kind is OperationKind.MOVE:
        said += f" to {_target(offered)}"
    shown = offered.changes if one.kind is not OperationKind.MOVE else ()
    others = tuple(other.proposal.who for other in offered.alternatives)
    is_own = one.proposal.author_id == user().id
    return Card(offered, said, document.render_changes(shown), document.details(shown), others, answers, is_own)


def _target(offered: Offered) -> str:
    """Say where a block would be moved to."""
    order, block_id = offered.suggestion.proposal.blocks, offered.suggestion.operation.old_ids[0]
    place = order.index(block_id) if block_id in order else 0
    return f"place {place + 1}" if place else "the beginning"


def _authors(cards: Sequence[Card]) -> list[tuple[int, str]]:
    """Return those who suggest more than one thing that can still be made."""
    found: dict[int, list[str]] = {}
    for card in cards:
        if not card.offered.stale:
            proposal = card.offered.suggestion.proposal
            found.setdefault(proposal.id, []).append(proposal.who)
    return [(proposal_id, names[0]) for proposal_id, names in found.items() if len(names) > 1]


def _down_the_text(one: Said | Card) -> tuple[int, int, int]:
    if isinstance(one, Card):
        return one.offered.number, 1, one.offered.suggestion.id
    if one.place is not None:
        return one.place.number, 0, one.place.start
    return (1_000_000 if one.is_detached else 0), 0, one.thread.id


def _gist(block: document.Block) -> str:
    return document.teaser(block.text, limit=LONGEST_PLACE) if block.text else block.kind.label
