"""Our own published pieces, to link to: what the editor asks while somebody types."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, request

from cms.core import links
from cms.core.html import clean_text
from cms.publication import queries as edition
from cms.publication.queries import Card
from cms.search.cards import Card as Found
from cms.search.service import RESTING
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.services import services
from cms.web.session import db
from cms.web.templating import iso

bp = Blueprint("links", __name__)

MOST = 8


@bp.get("/links")
@needs(Can.NEWSROOM_ENTER)
def find() -> Response:
    """Send the live pieces that answer `q`, those with the very words in their headline first; without `q`, the newest.

    A half-typed word finds headlines only, as everything does while the search index is being rebuilt.
    """
    words = clean_text(request.args.get("q", "")[:256])
    answers: Sequence[Card | Found] = _answering(words) if words else edition.newest(db(), MOST)
    return jsonify({"results": [_shape(piece) for piece in answers]})


def _answering(words: str) -> list[Card | Found]:
    titled = edition.titled(db(), words, MOST)
    answer = services().search.find(db(), words, per_page=MOST)
    # Guesses from single words of headlines serve readers; here they would only be in the way.
    found = () if answer.notice == RESTING else answer.cards
    known = {piece.article_id for piece in titled}
    results: list[Card | Found] = list(titled)
    results += [card for card in found if card.article_id not in known]
    return results[:MOST]


def _shape(piece: Card | Found) -> dict[str, str]:
    return {
        "title": piece.headline,
        "url": links.article(piece.slug),
        "kind": piece.kind.label,
        "section": piece.section_name,
        "published_at": iso(piece.published_at),
    }
