"""Dates of all kinds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.transfer import dates


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05",
        "2024-1-5",
        "2024/01/05",
        "2024.01.05",
        "2024-01-05T00:00:00Z",
        "2024-01-05 00:00:00 +0000",
        "2024-01-05T01:00:00+01:00",
        "2024-01-04T23:00-01",
        "2024-01-05T00:00:00.000Z",
        "5 January 2024",
        "5th Jan. 2024",
        "January 5, 2024",
        "Jan 5th 2024",
        "Friday, January 5, 2024",
        "5 de enero de 2024",
        "5. Januar 2024",
        "05.01.2024",
        "05/01/2024",
        "1704412800",
        "1704412800000",
        "Fri, 05 Jan 2024 00:00:00 GMT",
        "Fri, 05 Jan 2024 01:00:00 +0100",
    ],
)
def test_the_fifth_of_january(text: str) -> None:
    assert dates.moment(text) == datetime(2024, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2024-13-01",
        "2024-02-30",
        "0001-01-01",
        "1899-12-30",
        "2024",
        "12:30",
        "9999-12-31T23:00-12:00",
        "x" * 500,
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert dates.moment(text) is None


def test_a_time_of_its_own_counts_where_the_date_has_none() -> None:
    assert dates.moment("2024-01-05", "09:30:00") == datetime(2024, 1, 5, 9, 30, tzinfo=UTC)
    assert dates.moment("2024-01-05T08:00Z", "09:30") == datetime(2024, 1, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize("path", ["_posts/2024-01-05-slug.md", "/2024/01/05/slug/", "blog/2024-01-05/index.md"])
def test_a_date_in_a_path(path: str) -> None:
    assert dates.in_path(["x/y", path]) == datetime(2024, 1, 5, tzinfo=UTC)


def test_numbers_in_a_path_need_not_be_a_date() -> None:
    assert dates.in_path(["/2024/13/40/x", "/120240105/", "v1-2-3"]) is None


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789-/.: TZ+JanFeb,", max_size=30), st.text(alphabet="0123456789:", max_size=8))
def test_any_text_is_a_date_or_none(text: str, time: str) -> None:
    found = dates.moment(text, time)
    assert found is None or found.tzinfo is UTC
