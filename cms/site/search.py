"""The search page: what was asked, what was found, and how to narrow it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from cms.core import links
from cms.core.paging import Page, page_number
from cms.publication import queries
from cms.search.index import EXACT_UP_TO, FILTERS, Sort
from cms.web.access import public
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("search", __name__)
PER_PAGE = 10
MOST_VALUES = 20  # of one filter


@dataclass(frozen=True)
class Asked:
    """What an address of this page asks for, and the addresses of the same with one thing changed."""

    text: str
    filters: tuple[tuple[str, str], ...]
    sort: Sort
    page: int

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> Asked:
        """Read the address; nonsense is left out."""
        filters = tuple((name, value) for name in FILTERS for value in args.getlist(name)[:MOST_VALUES] if value)
        sort = Sort.NEWEST if args.get("sort") == Sort.NEWEST else Sort.RELEVANCE
        return cls(args.get("q", "").strip(), filters, sort, page_number(args.get("page")))

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

    def unfiltered(self) -> str:
        """Return the address of the same words in everything."""
        return replace(self, filters=(), page=1)._address()

    def _address(self) -> str:
        words = [("q", self.text), *self.filters]
        words += [("sort", self.sort.value)] if self.sort is not Sort.RELEVANCE else []
        words += [("page", str(self.page))] if self.page > 1 else []
        query = urlencode([(name, value) for name, value in words if value])
        return f"{links.search()}?{query}" if query else links.search()


@bp.get("/search")
@public
def show() -> str:
    """Show what answers a query, or the whole archive where nothing was asked."""
    asked = Asked.read(request.args)
    found = services().search.find(
        db(), asked.text, **{name: asked.values(name) for name in FILTERS}, page=asked.page, per_page=PER_PAGE,
        sort=asked.sort.value,
    )  # fmt: skip
    reachable = min(found.total, EXACT_UP_TO)
    return render_template(
        "site/search/show.html",
        asked=asked,
        found=found,
        pages=Page(found.cards, found.page, PER_PAGE, reachable),
        sections=queries.sections(db()),
    )
