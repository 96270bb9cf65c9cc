"""Author strings of all kinds, bylines and titles."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.core.html import blocks
from cms.transfer import people
from cms.transfer.piece import Credited
from cms.transfer.yaml_fields import Value

ADA, GRACE = Credited("Ada Byron"), Credited("Grace Horn")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, []),
        ("", []),
        ("Ada Byron", [ADA]),
        ("By Ada Byron", [ADA]),
        ("ada-byron", [ADA]),
        ("Ada Byron ", [ADA]),
        ("Doe, Jane", [Credited("Jane Doe")]),
        ("Ada Byron, Grace Horn", [ADA, GRACE]),
        ("Ada Byron and Grace Horn", [ADA, GRACE]),
        ("Ada Byron y Grace Horn", [ADA, GRACE]),
        ("Ada Byron, Grace Horn, and Tim", [ADA, GRACE, Credited("Tim")]),
        ("Ada Byron (Acme Labs) and Grace Horn", [Credited("Ada Byron", "Acme Labs"), GRACE]),
        (
            "Ada Byron (Acme, Berlin), Grace Horn (Navy)",
            [Credited("Ada Byron", "Acme, Berlin"), Credited("Grace Horn", "Navy")],
        ),
        ("Ada Byron / The Engine Team", [ADA, Credited("The Engine Team")]),
        ("Ada Byron <ada@example.org>", [ADA]),
        ("ada@example.org", []),
        ("Ada Byron (@ada)", [ADA]),
        ("Ada Byron (ada-byron)", [ADA]),
        ("Ada Byron (she/her)", [ADA]),
        ("Ada Byron (github.com/ada)", [Credited("Ada Byron", "", "https://github.com/ada")]),
        ("[Ada Byron](https://example.org/ada) (Acme)", [Credited("Ada Byron", "Acme", "https://example.org/ada")]),
        ('<a href="https://example.org/ada">Ada Byron</a>', [Credited("Ada Byron", "", "https://example.org/ada")]),
        ("<b>Ada</b> Byron &amp; Grace Horn", [ADA, GRACE]),
        ("Jason (Jay) Smith (Acme)", [Credited("Jason (Jay) Smith", "Acme")]),
        ("Dr. Ada Byron, PhD", [ADA]),
        ("Ada Byron, Acme Inc.", [Credited("Ada Byron", "Acme Inc")]),
        ("Ada Byron on behalf of the engine project", [Credited("Ada Byron", "engine project")]),
        ("The Docs and Tools Team", [Credited("The Docs and Tools Team")]),
        ("Ada Byron and the Engine Team", [ADA, Credited("the Engine Team")]),
        ("Engine team", [Credited("Engine team")]),
        (["Ada Byron", "Grace Horn (Navy)", "ADA BYRON"], [ADA, Credited("Grace Horn", "Navy")]),
        (
            {"name": "Ada Byron", "affiliation": "Acme", "url": "https://example.org/"},
            [Credited("Ada Byron", "Acme", "https://example.org/")],
        ),
        ([{"name": "Ada Byron", "org": {"name": "Acme"}}], [Credited("Ada Byron", "Acme")]),
        ({"first": "Ada", "last": "Byron"}, [ADA]),
        ({"Ada Byron": {"affiliation": "Acme"}}, [Credited("Ada Byron", "Acme")]),
        ({"name": "Ada Byron", "url": "javascript:alert(1)"}, [ADA]),
    ],
)
def test_people_are_read_from_anything(value: Value, found: list[Credited]) -> None:
    assert list(people.credited(value)) == found


VALUES: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.text(alphabet="Aa éB(),;/&<>[]@.-\n and", max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "url", "Ada Byron", "org"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_any_value_gives_names_or_nobody(value: Value) -> None:
    for person in people.credited(value):
        assert person.name == person.name.strip() != ""


@pytest.mark.parametrize(
    ("html", "roles"),
    [
        ("<p><strong>Author:</strong> Ada Byron</p>", {"authors": (ADA,)}),
        ("<p><strong>Authors</strong>: Ada Byron, Grace Horn</p>", {"authors": (ADA, GRACE)}),
        ("<p>By Ada Byron and Grace Horn</p>", {"authors": (ADA, GRACE)}),
        ("<p><em>Interviewed by: Ada Byron</em></p>", {"interviewers": (ADA,)}),
        ("<p><strong>Authors &amp; Interviewers:</strong> Ada Byron</p>", {"authors": (ADA,), "interviewers": (ADA,)}),
        ("<p>Editor: Ada Byron</p>", {"editors": (ADA,)}),
        ("<p>By joining us you help</p>", {}),
        ("<p>By Christmas and by hand, everything will be done.</p>", {}),
        ("<p>Note: Ada Byron</p>", {}),
        ("<p>Ada Byron</p>", {}),
        ("<h2>Author: Ada Byron</h2>", {}),
    ],
)
def test_bylines(html: str, roles: dict[str, tuple[Credited, ...]]) -> None:
    assert people.byline(blocks(html)[0]) == roles


def test_a_byline_keeps_the_links_with_the_names() -> None:
    html = '<p><strong>Authors:</strong> <a href="https://example.org/a">Ada Byron</a> (Acme), Grace Horn</p>'
    assert people.byline(blocks(html)[0])["authors"] == (Credited("Ada Byron", "Acme", "https://example.org/a"), GRACE)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Interview: Ada Byron of Acme", Credited("Ada Byron", "Acme")),
        ("An Interview with Ada Byron", ADA),
        ("Interview with Acme's Ada Byron", Credited("Ada Byron", "Acme")),
        ("Interview: Ada Byron at the Royal Office", Credited("Ada Byron", "Royal Office")),
        ("Interview with The Engine Makers", Credited("The Engine Makers")),
        ("In conversation with Ada Byron", ADA),
        ("Q&A with Prof. Ada Byron", ADA),
        ("Entrevista a Ada Byron", ADA),
        ("Five questions for Ada Byron (Acme)", ADA),
        ("How to give a good interview", None),
        ("Interviews in the age of engines", None),
        ("Chat with our team at upcoming meetings", None),
    ],
)
def test_the_guest_in_a_title(title: str, found: Credited | None) -> None:
    assert people.guest(title) == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Introducing Ada Byron, our new engineer", ADA),
        ("Introducing our new fellow, Dr. Ada Byron", ADA),
        ("Maintainer spotlight: Ada Byron (@ada)", ADA),
        ("Meet Ada Byron", ADA),
        ("Spotlight on the engine group", None),
    ],
)
def test_whom_a_title_presents(title: str, found: Credited | None) -> None:
    assert people.introduced(title) == found


def test_whom_the_opening_names_with_link_and_house() -> None:
    text = (
        "Here, [Ada Byron](https://a.example/) talked with [Grace Horn](https://g.example/) (Navy), chief of the fleet."
    )
    assert people.met(text, ["Ada Byron"]) == [Credited("Grace Horn", "Navy", "https://g.example/")]
    assert people.met("Ada Byron interviews Grace Horn (GH), our chief.", ["Ada Byron"]) == [GRACE]
    assert people.met("Grace Horn wrote a compiler.", []) == []


def test_the_house_may_stand_within_the_link() -> None:
    assert people.details("With [Grace Horn, Navy](https://g.example/).", "Grace Horn") == Credited(
        "Grace Horn", "Navy", "https://g.example/"
    )
