"""The search page: what was asked, what was found, how to narrow it, and what is offered while somebody types."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.datastructures import MultiDict

from cms.core import links
from cms.core.paging import Page, page_number
from cms.publication import queries
from cms.search.index import EXACT_UP_TO, FILTERS, Sort
from cms.search.query import DAYS, as_value, bare, echoed, span
from cms.search.service import Found
from cms.web.access import public
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("search", __name__)
bp.add_app_template_filter(echoed)
PER_PAGE = 10
MOST_VALUES = 20  # of one filter
MOST_TYPED = 100  # of what is being typed


@dataclass(frozen=True)
class Asked:
    """What an address of this page asks for, and the addresses of the same with one thing changed."""

    text: str
    filters: tuple[tuple[str, str], ...]
    first: date | None
    last: date | None
    sort: Sort
    page: int
    is_exact: bool

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> Asked:
        """Read the address; nonsense is left out."""
        filters = tuple((name, value) for name in FILTERS for value in args.getlist(name)[:MOST_VALUES] if value)
        first, last = span(args.get("from", ""), args.get("to", ""))
        sort = Sort.NEWEST if args.get("sort") == Sort.NEWEST else Sort.RELEVANCE
        return cls(
            args.get("q", "").strip(), filters, first, last, sort, page_number(args.get("page")),
            args.get("exact") == "1",
        )  # fmt: skip

    def find(self, *, per_page: int = PER_PAGE) -> Found:
        """Return what answers this."""
        return services().search.find(
            db(), self.text, first=self.first, last=self.last, page=self.page, per_page=per_page,
            sort=self.sort.value, is_exact=self.is_exact, **{name: self.values(name) for name in FILTERS},
        )  # fmt: skip

    @property
    def bare_text(self) -> str:
        """The words without what narrows them, for a form that has a field for each of these."""
        return bare(self.text)

    @property
    def is_all(self) -> bool:
        """Whether nothing is asked: the archive's own page, the only one here that search engines may keep."""
        return self._address() == links.search()

    def values(self, name: str) -> list[str]:
        """Return what was chosen of a filter."""
        return [value for filter_, value in self.filters if filter_ == name]

    def to_page(self, number: int) -> str:
        """Return the address of another page of the same results."""
        return replace(self, page=number)._address()

    def sorted_by(self, sort: str) -> str:
        """Return the address of the same results in another order."""
        return replace(self, sort=Sort(sort), page=1)._address()

    def saying(self, text: str) -> str:
        """Return the address of other words, as narrow as these."""
        return replace(self, text=text, page=1)._address()

    def as_typed(self) -> str:
        """Return the address of the same words in no other spelling."""
        return replace(self, page=1, is_exact=True)._address()

    def unfiltered(self) -> str:
        """Return the address of the same words in everything."""
        return replace(self, text=self.bare_text, filters=(), first=None, last=None, page=1)._address()

    def without(self, name: str, value: str) -> str:
        """Return the address of the same without one value of a filter, chosen or typed."""
        filters = tuple(one for one in self.filters if one[0] != name or as_value(*one) != value)
        text = bare(self.text, lambda *typed: typed == (name, value))
        return replace(self, text=text, filters=filters, page=1)._address()

    def whenever(self) -> str:
        """Return the address of the same without any days, chosen or typed."""
        text = bare(self.text, lambda name, _: name in DAYS)
        return replace(self, text=text, first=None, last=None, page=1)._address()

    def feed(self, form: str = "xml") -> str:
        """Return the address of a feed of the same."""
        return replace(self, sort=Sort.RELEVANCE, page=1)._address(links.feed(links.search(), form))

    def _address(self, path: str = links.search()) -> str:
        words = [("q", self.text), *self.filters]
        words += [(name, one.isoformat()) for name, one in (("from", self.first), ("to", self.last)) if one]
        words += [("sort", self.sort.value)] if self.sort is not Sort.RELEVANCE else []
        words += [("exact", "1")] if self.is_exact else []
        words += [("page", str(self.page))] if self.page > 1 else []
        query = urlencode([(name, value) for name, value in words if value])
        return f"{path}?{query}" if query else path


@bp.get("/search")
@public
def show() -> str:
    """Show what answers a query, or the whole archive where nothing was asked."""
    asked = Asked.read(request.args)
    found = asked.find()
    search = services().search
    if asked.text and asked.page == 1 and not found.notice:
        search.tally.asked(asked.text, found=len(found.cards))
    if search.tally.is_due():
        search.tally.write(services().sessions)
    reachable = min(found.total, EXACT_UP_TO)
    return render_template(
        "site/search/show.html",
        asked=asked,
        found=found,
        pages=Page(found.cards, found.page, PER_PAGE, reachable),
        sections=queries.sections(db()),
    )


@bp.get("/search/suggest")
@public
def suggest() -> Response:
    """Send what somebody who is typing may be looking for, in the form that browsers know (OpenSearch suggestions)."""
    typed = request.args.get("q", "")[:MOST_TYPED]
    offered = services().search.suggest(db(), typed)
    origin = services().settings.public_url
    body = [typed, [one.name for one in offered], [one.sort.value for one in offered],
            [origin + one.address for one in offered]]  # fmt: skip
    return current_app.response_class(current_app.json.dumps(body), mimetype="application/x-suggestions+json")


@bp.get("/search/opened")
@public
def opened() -> Response:
    """Hear that a piece was opened from the answer to a question: which, and nothing of who opened it."""
    services().search.opened(db(), request.args.get("q", ""), request.args.get("piece", ""))
    return current_app.response_class(status=204)
