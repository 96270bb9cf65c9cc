"""What templates may call, and the one place where HTML is marked safe."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, MutableMapping
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import Any

import jinja2
import orjson
from flask import Flask, current_app
from flask.templating import Environment
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from cms import paths
from cms.core import clock, links
from cms.language import N_, Language, Said, speaking
from cms.policy import can
from cms.vocabulary import Can, CreditRole, Kind, Role, State
from cms.web import stylesheets
from cms.web.services import KEY, services
from cms.web.session import actor

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
MIDDLE = 50  # percent
SHEETS = {"site": stylesheets.SITE, "letters": stylesheets.LETTERS, "newsroom": stylesheets.NEWSROOM}
DRAWN = 2_000  # cards; about 10 MB
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Templates(Environment):
    """Flask's templates, with two shortcuts.

    One map of globals serves for all of them: each has a chain of two maps otherwise, which is searched key by key for
    every import of a macro: a tenth of what a page takes. And facts that are stored as JSON are asked for their keys
    at once, not first for an attribute that no dictionary has.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def install(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "html": cleaned, "day": day, "long_day": long_day, "moment": moment, "local": local, "iso": iso, "ago": ago,
        "mail_date": mail_date,
        "thousands": thousands, "listed": listed, "counted": counted, "json_ld": json_ld,
        "english_name": speaking("en").name_of,
    }  # fmt: skip
    app.jinja_env.globals |= {
        "may": may, "links": links, "asset": asset_url, "focus": focus, "icon": icon, "stylesheet": stylesheet_url,
        "Can": Can, "State": State, "Kind": Kind, "Role": Role, "CreditRole": CreditRole,
        "now": clock.now, "drawn": lru_cache(DRAWN)(drawn),
    }  # fmt: skip
    speak(app.jinja_env, app.extensions[KEY].language)

    @app.context_processor
    def _site() -> dict[str, Any]:
        return {"settings": services().settings, "actor": actor}


def speak(environment: jinja2.Environment, language: Language) -> None:
    """Let templates for readers speak their language: `_`, `ngettext`, and filters of their own for dates and numbers.

    What is said is HTML: it comes from templates and catalogues, and a test sees to that; facts are escaped. What the
    newsroom has for dates and numbers stays English, as its pages are.
    """

    @cache
    def alone(said: str) -> Markup:
        return Markup(language.text(said))

    @lru_cache(4096)  # "5 minutes" stands under every card
    def with_number(one: str, many: str, number: int) -> Markup:
        return Markup(language.form(one, many, number) % {"num": language.number(number)})

    @pass_eval_context
    def text(context: EvalContext, said: str, /, **facts: Any) -> str:
        if not facts:
            return alone(said)
        found = language.text(said)
        return filled(found, facts) if context.autoescape else found % facts

    @pass_eval_context
    def form(context: EvalContext, one: str, many: str, number: int, /, **facts: Any) -> str:
        if not facts:
            return with_number(one, many, number)
        found, facts["num"] = language.form(one, many, number), language.number(number)
        return filled(found, facts) if context.autoescape else found % facts

    environment.add_extension("jinja2.ext.i18n")
    environment.newstyle_gettext = True  # type: ignore[attr-defined] # `trans` hands its facts to the functions above
    environment.globals |= {"_": text, "gettext": text, "ngettext": form, "pgettext": language.of_context,
                            "month_of": language.month, "MONTHS": language.months}  # fmt: skip
    environment.filters |= {
        "date": lambda at: language.date(_day(at)), "long_date": lambda at: language.long_date(_here(at)),
        "number": language.number, "in_words": language.spelled, "ordinal": language.ordinal,
        "said": language.text, "sentence": sentence, "language_name": language.name_of,
        "told": lambda stored: stored if isinstance(stored, str) else language.saying(Said.read(stored)),
    }  # fmt: skip


def filled(text: str, facts: dict[str, Any]) -> Markup:
    """Return a text of the catalogue with its facts, escaped (`Markup % facts` takes thrice the time)."""
    return Markup(text % {name: escape(fact) for name, fact in facts.items()})


#: Words of the vocabulary that readers meet, for the catalogues; templates show them by the filter `said`.
READ = (N_("Article"), N_("News"), N_("Interview"), N_("Page"), N_("author"), N_("interviewer"), N_("interviewee"),
        N_("photographer"), N_("editor"), N_("Correction"), N_("Clarification"), N_("Update"),
        N_("Editor’s note"), N_("Retraction"))  # fmt: skip


def sentence(text: str) -> str:
    """Return words as a sentence begins."""
    return text[:1].upper() + text[1:]


def may(action: Can, subject: Any = None) -> bool:
    """Tell a template whether to show a button; what is pressed is checked again by the service."""
    return can(actor(), action, subject)


def drawn(macro: Callable[..., str], *shown: Hashable, **how: Hashable) -> str:
    """Return what a macro makes of values, from memory where it made the same of equal ones.

    A card is equal to another one only where all that it shows is equal, so nothing here grows old: the newest pieces
    stand on nearly every page, and are drawn once.
    """
    return macro(*shown, **how)


def cleaned(html: str) -> Markup:
    """Mark HTML as safe that `core.html` cleaned on its way in. Nothing else does."""
    return Markup(html)


def json_ld(facts: Any) -> Markup:
    """Return facts as JSON that may stand inside a script element, whatever they contain."""
    text = orjson.dumps(facts).decode()
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def asset_url(name: str) -> str:
    """Return the address of a static file, with its content's hash, so that it may be cached for ever."""
    return f"/static/{name}?v={paths.fingerprint(name)}"


@cache
def icon(name: str) -> Markup:
    """Return one mark of `static/img/icons.svg`, drawn where it stands: a reader's first page waits for no file of it.

    Always decoration: the words stand beside it. The newsroom, with dozens of them on a page, points into the file
    (templates/components/newsroom_icon.html).
    """
    drawn = re.search(
        f'<symbol id="{name}" (viewBox="[^"]*")>(.*?)</symbol>', (paths.STATIC / "img/icons.svg").read_text()
    )
    if not drawn:
        raise KeyError(name)
    return Markup(f'<svg class="icon" {drawn[1]} aria-hidden="true">{drawn[2]}</svg>')


def focus(image: Mapping[str, Any]) -> str:
    """Return the classes of a picture's focal point, to the nearest 5 percent; none for the middle.

    Each place knows best how to cut a picture without one (static/css/components/focus.css).
    """
    x, y = image.get("focal_x", MIDDLE), image.get("focal_y", MIDDLE)
    return "" if x == y == MIDDLE else f"focus-x{round(x / 5) * 5} focus-y{round(y / 5) * 5}"


def stylesheet_url(name: str) -> str:
    """Return the address of the joined stylesheet `site`, `letters` or `newsroom`."""
    return f"/static/css/{name}.{bundle(name)[0]}.css"


@lru_cache
def bundle(name: str) -> tuple[str, bytes]:
    """Return the hash and the bytes of a joined stylesheet."""
    return stylesheets.bundle(SHEETS[name], paths.STATIC)


def _here(at: datetime) -> datetime:
    return at.astimezone(services().settings.zone)


def _day(at: datetime | date) -> date:
    return _here(at) if isinstance(at, datetime) else at


def day(at: datetime | None) -> str:
    """Return a date as printed: 19 November 2026."""
    if at is None:
        return ""
    here = _here(at)
    return f"{here.day} {MONTHS[here.month - 1]} {here.year}"


def long_day(at: datetime) -> str:
    """Return a date with its weekday: Monday 23 November 2026."""
    return f"{DAYS[_here(at).weekday()]} {day(at)}"


def moment(at: datetime | None) -> str:
    """Return a moment as the newsroom says it: Tue 24 Nov 06:00, with the year where it is another one."""
    if at is None:
        return ""
    here = _here(at)
    year = "" if here.year == _here(clock.now()).year else f" {here.year}"
    return f"{DAYS[here.weekday()][:3]} {here.day} {MONTHS[here.month - 1][:3]}{year} {here:%H:%M}"


def local(at: datetime | None) -> str:
    """Return a moment as the value of a date and time field, in the newsroom's zone."""
    return f"{_here(at):%Y-%m-%dT%H:%M}" if at else ""


def iso(at: datetime) -> str:
    """Return a moment for machines."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def mail_date(at: datetime) -> str:
    """Return a moment as mail and RSS have it: Tue, 24 Nov 2026 09:00:00 GMT."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def ago(at: datetime) -> str:
    """Return how long ago something was, roughly: 5 minutes ago, yesterday, 12 November 2026."""
    seconds = (clock.now() - at).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{counted(int(seconds // 60), 'minute')} ago"
    days = (_here(clock.now()).date() - _here(at).date()).days
    if days == 0:
        return f"{counted(int(seconds // 3600), 'hour')} ago"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 8 else day(at)


def thousands(number: int) -> str:
    """Return a number with its thousands parted: 1,105."""
    return f"{number:,}"


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def counted(number: int, noun: str, plural: str = "", *, words: bool = False) -> str:
    """Return a number and its noun: 1 piece, 3 pieces; with `words`, small numbers are spelled: three pieces."""
    shown = NUMBERS[number] if words and 0 <= number < len(NUMBERS) else thousands(number)
    return f"{shown} {noun if number == 1 else plural or noun + 's'}"


def listed(names: list[str]) -> str:
    """Join names as a sentence does: A, B and C."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def public_url(path: str) -> str:
    """Return an absolute address; the host comes from the settings, never from the request."""
    return f"{current_app.config['PUBLIC_ORIGIN']}{path}"
