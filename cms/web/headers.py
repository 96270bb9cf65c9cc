"""The headers that every answer carries, as one table."""

from __future__ import annotations

import base64
import hashlib
import json

from flask import Flask, Response, g, request

from cms.config import Settings
from cms.core import cdn
from cms.paths import fingerprint

#: What a browser may fetch while a reader is about to follow a link (speculation rules): our pages, but none that is
#: not kept, no feed and no download. Fetched, not rendered: nothing of a page runs before it is read. As a header they
#: would be fetched ahead of the style sheet; a script puts them into a page that is painted (static/js/dress.js), which
#: the policy allows for these very words. They are no program.
SPECULATION = json.dumps(
    {
        "prefetch": [
            {
                "eagerness": "moderate",
                "where": {
                    "and": [
                        {"href_matches": "/*"},
                        {"not": {"href_matches": ["/newsroom*", "/api/*", "/media/*", "/search*"]}},
                        {"not": {"selector_matches": "[href*='/feed.'], [download], [rel~=nofollow]"}},
                    ]
                },
            }
        ]
    }
)
_RULES = f"'sha256-{base64.b64encode(hashlib.sha256(SPECULATION.encode()).digest()).decode()}'"
SHARED = "style-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
# fmt: off
# One row for each part of the site. The newsroom shows galleys in frames, and nothing but galleys may be framed; a
# galley that is shared with somebody outside stands alone.
POLICIES = {
    "site":     f"default-src 'none'; script-src 'self' {_RULES}; {SHARED}; frame-ancestors 'none'; img-src 'self'",
    "newsroom": f"default-src 'none'; script-src 'self'; {SHARED}; frame-ancestors 'none'; img-src 'self' blob:; object-src 'none'; frame-src 'self'",  # noqa: E501
    "galley":   f"default-src 'none'; script-src 'self'; {SHARED}; frame-ancestors 'self'; img-src 'self'",
    "shared":   f"default-src 'none'; script-src 'self'; {SHARED}; frame-ancestors 'none'; img-src 'self'",
    "media":    "default-src 'none'; sandbox",
}
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
# What the answers of a part carry besides, whatever the view says.
ALSO = {
    # Feeds carry the pictures of a piece, and some are read in a browser.
    "media":    {"Cross-Origin-Resource-Policy": "cross-origin"},
    "newsroom": PRIVATE,
    "galley":   PRIVATE,
    "shared":   PRIVATE | {"Referrer-Policy": "no-referrer"},
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
# fmt: on
HSTS = "max-age=31536000; includeSubDomains"
FOR_EVER = "public, max-age=31536000, immutable"
ASK = "public, max-age=0, must-revalidate"  # a page may be kept, and whoever keeps it asks whether it is the same
A_DAY = "public, max-age=86400"  # for files whose address does not change with them: the fonts


GALLEYS = frozenset({"newsroom.articles.galley", "newsroom.front.galley"})
#: Where somebody without a login reads a proof; what follows is a secret.
SHARED_GALLEYS = "/newsroom/shared/"
#: Where they comment on it, or check their own words; their browser has the secret.
GUESTS = "/newsroom/guest/"
#: The parts that only the staff sees.
STAFF = frozenset({"newsroom", "galley"})


def part_of_site() -> str:
    """Return which row of the table the present address belongs to."""
    if request.path.startswith((SHARED_GALLEYS, GUESTS)):
        return "shared"
    if request.path.startswith("/newsroom"):
        return "galley" if request.endpoint in GALLEYS else "newsroom"
    return "media" if request.path.startswith("/media/") else "site"


def install(app: Flask, settings: Settings) -> None:
    """Put the table on every answer, errors included."""
    always = {part: [(name.lower(), name, value) for name, value in _of(part, settings).items()] for part in POLICIES}
    shared = cdn.headers(is_told=bool(settings.cdn_purge_url))

    @app.after_request
    def _headers(response: Response) -> Response:
        part = part_of_site()
        said = {name.lower() for name, _ in response.headers}
        response.headers.extend([(name, value) for key, name, value in always[part] if key not in said])
        if part in ALSO:
            response.headers.update(ALSO[part])
        if response.status_code >= 400 or "no-store" in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        elif request.endpoint == "static":
            response.headers["Cache-Control"] = _lasting()
        else:
            response.headers.setdefault("Cache-Control", ASK)
            if hasattr(app.view_functions.get(request.endpoint or ""), "kept"):  # see web.pagecache
                response.headers.update(shared)
        if "request_id" in g:
            response.headers["X-Request-Id"] = g.request_id
        return response


def _lasting() -> str:
    """Return how long a static file may be kept: for ever under the hash of its content, not at all under another."""
    version = request.args.get("v")
    if version is None:
        return A_DAY
    return FOR_EVER if version == fingerprint((request.view_args or {}).get("filename", "")) else "no-store"


def of_page(settings: Settings) -> dict[str, str]:
    """Return the headers of a public page, for a web server that sends it in our place."""
    shared = cdn.headers(is_told=bool(settings.cdn_purge_url))
    return _of("site", settings) | shared | {"Cache-Control": ASK, "Vary": "Accept-Encoding"}


def _of(part: str, settings: Settings) -> dict[str, str]:
    shown = {"Content-Security-Policy": POLICIES[part]} | ALWAYS
    if settings.is_https:
        shown["Strict-Transport-Security"] = HSTS
    return shown


def path_to_log() -> str:
    """Return the present path as logs may keep it: without the secret at the end of a shared galley's."""
    return f"{SHARED_GALLEYS}[redacted]" if request.path.startswith(SHARED_GALLEYS) else request.path[:200]
