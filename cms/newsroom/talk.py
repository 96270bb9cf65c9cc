"""What pages show of the talk beside a piece: its threads, whom one can call, and the form for one more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cms.articles import document
from cms.articles.models import Article
from cms.newsroom.forms.comments import SayForm
from cms.policy import can
from cms.review.comments import queries
from cms.review.comments.facts import FIELDS, PIECE, Name
from cms.review.comments.queries import Said
from cms.vocabulary import Can
from cms.web.session import db, user

LONGEST_PLACE = 50


@dataclass(frozen=True)
class Talk:
    """Everything that is said beside a piece; `names` are those who can be called by `@`, `me` is who reads it."""

    said: Sequence[Said]
    names: Sequence[Name]
    form: SayForm
    me: int
    may_confer: bool

    @property
    def sentence(self) -> str:
        """How much is open, and how much was settled."""
        waiting = sum(one.is_open for one in self.said)
        settled = len(self.said) - waiting
        return f"{waiting} open" + (f", {settled} settled" if settled else "") if self.said else "Nothing said yet"


def of(article: Article, form: SayForm | None = None) -> Talk:
    """Return the talk beside a piece; `form` is one that was sent and has to be mended."""
    if form is None:
        form = SayForm(formdata=None)
        form.offer(places(article))
    return Talk(
        queries.beside(db(), user(), article),
        queries.callable_in(db(), article, is_confidential=False),
        form,
        user().id,
        can(user(), Can.ARTICLE_CONFER, article),
    )


def places(article: Article) -> list[tuple[str, str]]:
    """Return what there is to say something about, as a form names it, in the order of the page."""
    blocks = document.parse(article.head.body) if article.head else ()
    fields = [(f"field:{name}", words) for name, words in FIELDS.items()]
    return [
        ("", PIECE),
        *fields,
        *((f"block:{block.id}", f"Block {n}: {_gist(block)}") for n, block in enumerate(blocks, 1)),
    ]


def _gist(block: document.Block) -> str:
    return document.teaser(block.text, limit=LONGEST_PLACE) if block.text else block.kind.label
