"""The words of the newsroom's lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cms.articles.models import Article
from cms.newsroom.lines import near, shortened, spelled, waiting_sentence

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)  # a Monday
BERLIN = ZoneInfo("Europe/Berlin")


def _since(*days: float) -> list[Article]:
    return [Article(state_since=NOW - timedelta(days=d)) for d in days]


@pytest.mark.parametrize(
    ("waiting", "mine", "said"),
    [
        ((), 0, "Nothing waits for you."),
        ((), 1, "Nothing waits for you. One piece of your own is in hand."),
        ((), 3, "Nothing waits for you. Three pieces of your own are in hand."),
        ((0,), 0, "One piece waits for you, since today."),
        ((1,), 0, "One piece waits for you, since yesterday."),
        ((0.1, 0.2), 0, "Two pieces wait for you, all since today."),
        ((4, 1, 0), 0, "Three pieces wait for you, one since Thursday."),
        ((4, 4.1, 0), 0, "Three pieces wait for you, two since Thursday."),
        ((3, 3), 0, "Two pieces wait for you, all since Friday."),
        ((11, 0), 0, "Two pieces wait for you, one since 12 November."),
        (range(13), 0, "13 pieces wait for you, one since 11 November."),
    ],
)
def test_the_headline_of_a_desk(waiting: tuple[float, ...], mine: int, said: str) -> None:
    assert waiting_sentence(_since(*waiting), mine, now=NOW, zone=BERLIN) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0.2, "Today 16:30"),
        (1, "Tue 11:42"),
        (6, "Sun 11:42"),
        (7, "Mon 30 Nov"),
        (-1, "Sun 22 Nov"),
        (60, "22 Jan 2027"),
    ],
)
def test_a_moment_is_as_short_as_it_can_be(days: float, said: str) -> None:
    assert near(NOW + timedelta(days=days), now=NOW, zone=BERLIN) == said


def test_a_day_begins_where_the_newsroom_is() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert near(late, now=NOW, zone=BERLIN) == "Tue 00:30"
    assert near(late, now=NOW, zone=ZoneInfo("UTC")) == "Today 23:30"


def test_long_notes_are_cut_at_a_word() -> None:
    assert shortened("one two three", 100) == "one two three"
    assert shortened("one two, three four", 12) == "one two\u2026"
    assert shortened("line\n  break", 100) == "line break"


def test_small_numbers_are_words() -> None:
    assert [spelled(n) for n in (0, 1, 12, 13, 1300)] == ["no", "one", "twelve", "13", "1,300"]
