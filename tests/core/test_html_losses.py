"""What cleaning takes out is said, and nothing else is."""

from __future__ import annotations

import pytest

from cms.core.html import clean_body, losses
from tests.core.test_html import ALLOWED


def lost(html: str) -> list[str]:
    return losses(html, clean_body(html))


@pytest.mark.parametrize("html", ALLOWED)
def test_of_what_a_body_may_hold_nothing_is_lost(html: str) -> None:
    assert lost(html) == []
    assert lost(f"\n\n{html}\n\n") == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<p>x</p><img src="https://other.example/a.png"><img src="//b.example/b.png">',
         ["2 pictures from other sites were left out."]),
        ('<p>x</p><img src="data:image/png;base64,AAAA">',
         ["One picture that came with the text was left out; upload it instead."]),
        ("<p>x</p><script>alert(1)</script>", ["One script was removed."]),
        ("<p onclick='a()'>x</p><p onload=b()>y</p>", ["Scripts hidden in 2 tags were removed."]),
        ('<p style="color: red; font-weight: bold">x</p>', ["Colours and fonts were dropped."]),
        ('<p style="font-weight: bold">x</p>', []),
        ("<font face=Arial>x</font>", ["Colours and fonts were dropped."]),
        ('<p>x</p><iframe src="https://other.example"></iframe>', ["One frame was left out."]),
        ("<p>x</p><svg><path/></svg><svg></svg>", ["2 drawings were left out."]),
        ('<p><a href="javascript:alert(1)">x</a></p>',
         ["One link to an address that is not allowed was taken off; the words stay."]),
        ("<p>x <input value=1><button>y</button></p>", ["2 form fields were left out."]),
        ("<p>x</p><h1>Title</h1><div>loose</div>", []),
        ("<p>x<!-- a note --></p><o:p>y</o:p>", []),
    ],
)  # fmt: skip
def test_each_thing_that_is_lost_is_said(html: str, said: list[str]) -> None:
    assert lost(html) == said


def test_words_that_go_are_quoted() -> None:
    assert losses("<p>One two three.</p>", "<p>One three.</p>") == ["One word could not be kept: “two”."]
