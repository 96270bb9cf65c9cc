"""For programs: what this magazine is, how to search it from a browser, and whom to tell of a weakness."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from cms.core import clock, links
from cms.publication import queries
from cms.web import headers
from cms.web.access import public
from cms.web.pagecache import kept
from cms.web.services import services
from cms.web.session import db

bp = Blueprint("machines", __name__)
#: RFC 9116 wants less than a year, so that no contact is trusted long after somebody last thought of it.
HOLDS = timedelta(days=300)
#: What Markdown would take for more than a word.
MARKS = re.compile(r"([\\`*\[\]<>])")
SERIES = 20


@bp.get("/llms.txt")
@public
@kept()
def llms() -> Response:
    """Say how the magazine is organised, for language models and whoever reads like one (llmstxt.org)."""
    series, _ = queries.all_series(db())
    text = render_template("feeds/llms.txt", sections=queries.read_sections(db()), series=series[:SERIES], plain=_plain)
    return _sent(text, "text/plain")


@bp.get("/opensearch.xml")
@public
@kept()
def opensearch() -> Response:
    """Tell browsers how to search here from their own bar (OpenSearch 1.1)."""
    name, _ = services().settings.site_name, services().language.text
    # Longer ones are refused by the format.
    text = render_template(
        "feeds/opensearch.xml",
        short=name[:16].strip(),
        long=_("Search %(name)s", name=name)[:48],
        about=_("Search everything that %(name)s has published.", name=name)[:1024],
    )
    return _sent(text, "application/opensearchdescription+xml")


@bp.get(links.speculation())
@public
@kept()
def speculation() -> Response:
    """Tell browsers which pages they may fetch while a reader is about to follow a link."""
    answer = make_response(headers.SPECULATION)  # to the byte: the policy of a page has its hash
    answer.content_type = "application/speculationrules+json"
    return answer


# Not kept: until when it holds moves with the days, also while nobody publishes.
@bp.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Say whom to tell of a weakness (RFC 9116); nothing is here where nobody is to be told."""
    contact = services().settings.security_contact
    if not contact:
        abort(404)
    until = (clock.now() + HOLDS).replace(hour=0, minute=0, second=0, microsecond=0)
    address = url_for("site.machines.security")
    return _sent(render_template("feeds/security.txt", contact=contact, until=until, address=address), "text/plain")


def _plain(text: str) -> str:
    """Return words that stay words in Markdown, on one line."""
    return MARKS.sub(r"\\\1", " ".join(text.split()))


def _sent(text: str, kind: str) -> Response:
    answer = make_response(f"{text}\n")  # templates lose their last line end, which security.txt must have
    answer.content_type = f"{kind}; charset=utf-8"
    return answer
