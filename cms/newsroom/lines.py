"""What the newsroom's lists say about a piece: one line each, and the sentence above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from cms.articles.models import Article
from cms.language import speaking
from cms.vocabulary import Bench, Priority, State
from cms.web.templating import DAYS, MONTHS, NUMBERS, ago, counted, listed, moment, thousands
from cms.workflow import rounds
from cms.workflow.models import Round
from cms.workflow.queries import IN_HAND, LiveRow, Note

LONGEST_NOTE = 160


@dataclass(frozen=True)
class Line:
    """One piece in a list. `mark` names the sign before `state`; `when` is the last column, `is_late` makes it red."""

    article: Article
    headline: str
    note: str
    mark: str
    state: str
    words: int
    when: str
    is_late: bool = False


def line(
    article: Article, note: Note | None, live: LiveRow | None, round_: Round | None = None, *, now: datetime,
    zone: ZoneInfo,
) -> Line:  # fmt: skip
    """Say what a list shows of a piece; of one in review, also who has it."""
    head = article.head
    mark, state = _state(article, live)
    when, is_late = _when(article, live, due_at=due(article, round_), now=now, zone=zone)
    said = (_tongue(article), _note(article, note, live), waits(article, round_), held(article, round_))
    return Line(
        article=article,
        headline=head.headline if head else "",
        note=shortened(_sentences([part for part in said if part])),
        mark=mark,
        state=state,
        words=head.word_count if head else 0,
        when=when,
        is_late=is_late,
    )


def _sentences(parts: Sequence[str]) -> str:
    """Join what is said, each but the last with its full stop."""
    return " ".join([*(part if part[-1] in ".!?”" else f"{part}." for part in parts[:-1]), *parts[-1:]])


def lines(
    articles: Sequence[Article],
    notes: Mapping[int, Note],
    live: Mapping[int, LiveRow],
    under_way: Mapping[int, Round] = MappingProxyType({}),
    *,
    now: datetime,
    zone: ZoneInfo,
) -> list[Line]:
    """Say it of each."""
    return [line(a, notes.get(a.id), live.get(a.id), under_way.get(a.id), now=now, zone=zone) for a in articles]


def due(article: Article, round_: Round | None) -> datetime | None:
    """Return when the next step of a piece is due: its review, where that has a time of its own."""
    return round_.due_at if round_ is not None and round_.due_at is not None else article.due_at


def is_overdue(article: Article, now: datetime, round_: Round | None = None) -> bool:
    """Tell whether a piece that still needs somebody should have been done by now."""
    due_at = due(article, round_)
    return article.state in IN_HAND and due_at is not None and due_at < now


def held(article: Article, round_: Round | None) -> str:
    """Say how much the review of a piece presses, and who took it up or was asked."""
    if round_ is None or article.head is None:
        return ""
    holding = [(one.holder.name, one.claimed_at) for one in round_.waiting(article.head.content_hash) if one.holder]
    has = [name for name, claimed_at in holding if claimed_at is not None]
    asked = [name for name, claimed_at in holding if claimed_at is None]
    said = "" if round_.priority is Priority.NORMAL else f"{_first(round_.priority.value)}."
    said += f" {listed(has)} {'has' if len(has) == 1 else 'have'} taken it up." if has else ""
    said += f" {listed(asked)} {'was' if len(asked) == 1 else 'were'} asked." if asked else ""
    return said.strip()


def waits(article: Article, round_: Round | None) -> str:
    """Say whose approval the review of a piece waits for, where that is not just its desk's."""
    if round_ is None or article.head is None:
        return ""
    stage, missing = round_.rules.stages[round_.stage], len(round_.waiting(article.head.content_hash))
    if stage.asked.bench is Bench.OWN_DESK and missing < 2:
        return ""
    return f"Waits for {rounds.waits_for(round_, article.head)}."


def waiting_sentence(waiting: Sequence[Article], mine: int, *, now: datetime, zone: ZoneInfo) -> str:
    """Return the headline of somebody's desk: how much waits for them, and since when."""
    if not waiting:
        if not mine:
            return "Nothing waits for you."
        return f"Nothing waits for you. {_first(counted(mine, 'piece', words=True))} of your own {_are(mine)} in hand."
    many = len(waiting)
    said = f"{_first(counted(many, 'piece', words=True))} {'waits' if many == 1 else 'wait'} for you"
    days = [article.state_since.astimezone(zone).date() for article in waiting]
    oldest, today = min(days), now.astimezone(zone).date()
    if oldest == today:
        return f"{said}, {'since' if many == 1 else 'all since'} today."
    since = _day_name(min(a.state_since for a in waiting), now=now, zone=zone)
    if many == 1:
        return f"{said}, since {since}."
    as_long = days.count(oldest)
    return f"{said}, {'all' if as_long == many else spelled(as_long)} since {since}."


def shortened(text: str, limit: int = LONGEST_NOTE) -> str:
    """Return the text on one line, cut at a word where it is long."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "\u2026"


def names(article: Article) -> str:
    """Return who wrote a piece, as a sentence lists them."""
    credits = article.head.credits if article.head else []
    return listed([credit.person.name for credit in credits if credit.role.makes_author])


def _tongue(article: Article) -> str:
    """Say of a translation in which language it is."""
    if article.original_id is None or article.head is None:
        return ""
    return f"{speaking('en').name_of(article.head.language)} translation."


def _state(article: Article, live: LiveRow | None) -> tuple[str, str]:
    if article.state is State.SETTLED:
        return ("live", "Live") if live else ("spiked", "Withdrawn")
    if live and article.state is State.DRAFT:
        return "live", "Live, being revised"
    return article.state.value, _first(article.state.label)


def _note(article: Article, note: Note | None, live: LiveRow | None) -> str:
    """Say in a sentence why the piece is where it is."""
    who = names(article)
    match article.state:
        case State.CHANGES_REQUESTED if note and note.action == "request_changes":
            return f"{note.who}: {note.text}"
        case State.TO_CONFIRM if note and note.action == "ask_confirmation":
            return f"{note.who} edited it and asks for a confirmation{f': {note.text}' if note.text else ''}"
        case State.IN_REVIEW if note and note.action == "reopen":
            return f"{note.who} took it back into review: {note.text}"
        case State.IN_REVIEW:
            by = f"From {who}, submitted" if who else "Submitted"
            said = f": {note.text}" if note and note.action == "submit" and note.text else ""
            return f"{by} {ago(article.state_since)}{said}"
        case State.APPROVED:
            return "Approved, can be published or scheduled"
        case State.SCHEDULED:
            return f"Goes live {moment(article.publish_at)}"
        case State.SETTLED if live:
            return f"{who or 'Nobody credited'}, live since {moment(live.published_at)}"
        case State.SETTLED:
            return f"{note.who}: {note.text}" if note and note.action == "withdraw" else "Taken down"
        case State.SPIKED:
            return f"Spiked {ago(article.state_since)}"
    if live:
        return f"Live since {moment(live.published_at)}, new working copy open"
    return f"{who or 'Nobody credited yet'}, changed {ago(article.changed_at)}"


def _when(
    article: Article, live: LiveRow | None, *, due_at: datetime | None, now: datetime, zone: ZoneInfo
) -> tuple[str, bool]:
    if article.state is State.SCHEDULED:
        return near(article.publish_at, now=now, zone=zone), False
    if article.state is State.SETTLED and live:
        return near(live.published_at, now=now, zone=zone), False
    if due_at is None or article.state not in IN_HAND:
        return "No date" if article.state in IN_HAND else "", False
    return late_or_near(due_at, now=now, zone=zone)


def late_or_near(due_at: datetime, *, now: datetime, zone: ZoneInfo) -> tuple[str, bool]:
    """Return when something is due, or by how much it is late, and which of both."""
    if due_at >= now:
        return near(due_at, now=now, zone=zone), False
    days = (now.astimezone(zone).date() - due_at.astimezone(zone).date()).days
    return (f"{counted(days, 'day')} late" if days else "Late, due today"), True


def near(at: datetime | None, *, now: datetime, zone: ZoneInfo) -> str:
    """Return a moment as briefly as it can be understood: Today 17:00, Tue 06:00, Wed 25 Nov, 3 May 2025."""
    if at is None:
        return ""
    here, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (here.date() - today).days
    if days == 0:
        return f"Today {here:%H:%M}"
    if 0 < days < 7:
        return f"{DAYS[here.weekday()][:3]} {here:%H:%M}"
    month = MONTHS[here.month - 1][:3]
    if here.year == today.year:
        return f"{DAYS[here.weekday()][:3]} {here.day} {month}"
    return f"{here.day} {month} {here.year}"


def _day_name(at: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    here, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (today - here.date()).days
    if days == 1:
        return "yesterday"
    return DAYS[here.weekday()] if days < 7 else f"{here.day} {MONTHS[here.month - 1]}"


def spelled(number: int) -> str:
    """Return a small number as a word."""
    return NUMBERS[number] if number < len(NUMBERS) else thousands(number)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]
