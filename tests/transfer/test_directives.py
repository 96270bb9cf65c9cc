"""Components of other systems, by name."""

from __future__ import annotations

import pytest

from cms.transfer import directives
from cms.transfer.directives import called


@pytest.mark.parametrize(
    "arguments",
    [
        'src="a.png" alt="An A"',
        "src = 'a.png' alt = 'An A'",
        "src=a.png alt=`An A`",
        'src={"a.png"} alt="An A"',
        'src="a.png", alt="An A"',
    ],
)
def test_arguments_are_read_in_every_spelling(arguments: str) -> None:
    assert called("Figure", arguments).named == {"src": "a.png", "alt": "An A"}


def test_arguments_without_names_keep_their_order() -> None:
    assert called("tweet", 'someone "12345"').bare == ("someone", "12345")


def test_quotes_may_be_escaped() -> None:
    assert called("figure", r'caption="a \"b\" c"').named["caption"] == 'a "b" c'


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("AlertBox", 'level="danger"', "warning"),
        ("AlertBox", 'level="info"', "note"),
        ("callout", "tip", "tip"),
        ("notice", "warning", "warning"),
        ("hint", "", "tip"),
        ("gallery", "", None),
    ],
)
def test_callouts_have_one_of_three_kinds(name: str, arguments: str, kind: str | None) -> None:
    assert directives.callout_kind(called(name, arguments)) == kind


@pytest.mark.parametrize(
    ("address", "provider", "key"),
    [
        ("https://www.youtube.com/embed/abcdefghijk?rel=0", "youtube", "abcdefghijk"),
        ("https://www.youtube-nocookie.com/embed/abcdefghijk", "youtube", "abcdefghijk"),
        ("https://youtu.be/abcdefghijk", "youtube", "abcdefghijk"),
        ("https://www.youtube.com/watch?v=abcdefghijk&t=3", "youtube", "abcdefghijk"),
        ("https://player.vimeo.com/video/123456789", "vimeo", "123456789"),
    ],
)
def test_players_are_known_by_their_address(address: str, provider: str, key: str) -> None:
    html = directives.embedded(address)
    assert html == f'<figure class="embed" data-provider="{provider}" data-key="{key}"></figure>'


@pytest.mark.parametrize(
    "address", ["https://example.org/embed/x", "javascript:alert(1)", "https://[", 'https://youtu.be/"><script>']
)
def test_other_addresses_are_no_players(address: str) -> None:
    assert directives.embedded(address) is None
