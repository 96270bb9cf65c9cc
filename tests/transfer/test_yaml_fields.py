"""YAML is read as text, and never obeyed."""

from __future__ import annotations

import pytest

from cms.core.errors import Invalid
from cms.transfer import yaml_fields


def test_values_stay_as_they_were_written() -> None:
    fields = yaml_fields.read("title: No\nversion: 1.10\ndate: 2024-01-05\nat: 12:30:00\nnothing: ~\nempty:\n", [])
    assert fields == {
        "title": "No",
        "version": "1.10",
        "date": "2024-01-05",
        "at": "12:30:00",
        "nothing": None,
        "empty": None,
    }


def test_a_quoted_null_is_a_word() -> None:
    assert yaml_fields.read('title: "null"', []) == {"title": "null"}


def test_anchors_and_merge_keys_are_followed() -> None:
    assert yaml_fields.read("a: &a {x: one}\nb: {<<: *a, y: two}\n", []) == {
        "a": {"x": "one"},
        "b": {"x": "one", "y": "two"},
    }


def test_of_two_keys_the_last_wins_with_a_warning() -> None:
    warnings: list[str] = []
    assert yaml_fields.read("title: a\ntitle: b\ndate: x\ndate: x\n", warnings) == {"title": "b", "date": "x"}
    assert warnings == ["“title” is there twice in the front matter; the last one was taken."]


def test_a_bomb_of_anchors_is_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)]
    with pytest.raises(Invalid, match="anchors"):
        yaml_fields.read("\n".join(lines), [])


def test_an_anchor_in_a_circle_is_refused() -> None:
    with pytest.raises(Invalid, match="contains itself"):
        yaml_fields.read("a: &a [*a]", [])


@pytest.mark.parametrize(
    "text", ["t: !!python/object/apply:os.system [echo]", "t: !!python/name:os.system", "!!python/object:x.Y {a: b}"]
)
def test_tags_that_would_run_something_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="never done"):
        yaml_fields.read(text, [])


def test_other_tags_are_refused_too() -> None:
    with pytest.raises(Invalid, match="YAML tag"):
        yaml_fields.read("picture: !!binary aGk=", [])


def test_what_is_no_mapping_is_none() -> None:
    assert yaml_fields.read("Just words", []) is None
    assert yaml_fields.read("", []) == {}


@pytest.mark.parametrize("text", ["a: b: c", 'a: "\\U99999999"', "a: [b", "\tx: y"])
def test_what_is_no_yaml_says_where(text: str) -> None:
    with pytest.raises(yaml_fields.Unreadable) as caught:
        yaml_fields.read(text, [])
    assert caught.value.line >= 1
