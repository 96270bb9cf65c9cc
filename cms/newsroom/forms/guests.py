"""The forms of people without a login: what they say of their words and of themselves, and their comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Self

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from cms.interviews.quotes.rules import Mark, Statement
from cms.newsroom.forms.articles import one_newline
from cms.newsroom.forms.comments import SayForm
from cms.vocabulary import Verdict

CONSENT = {"yes": True, "no": False}
KNOWN = {verdict.value: verdict for verdict in Verdict}


class StatementForm(FlaskForm):  # type: ignore[misc]
    """What somebody who is interviewed is asked for once."""

    agreed = StringField("Consent")  # "yes" or "no"
    title = StringField("Title")
    affiliation = StringField("Affiliation")
    conflicts = TextAreaField("Conflicts of interest")

    @classmethod
    def of(cls, said: Statement) -> Self:
        """Return the form as somebody left it."""
        agreed = next((word for word, meant in CONSENT.items() if meant is said.is_agreed), "")
        return cls(formdata=None, data=asdict(said) | {"agreed": agreed})

    def statement(self) -> Statement:
        """Return what was sent."""
        return Statement(
            CONSENT.get(self.agreed.data or ""), self.title.data or "", self.affiliation.data or "",
            one_newline(self.conflicts.data or ""),
        )  # fmt: skip


class CommentForm(SayForm):
    """A comment from outside: there is nobody to confide in."""

    confidential = None
    text = TextAreaField("Comment", [Length(max=4_000)])


def marks(sent: Mapping[str, str], numbers: Iterable[int]) -> dict[int, Mark]:
    """Return what was sent about some quotes, by their numbers; what no browser sends counts as not marked."""
    return {
        number: Mark(
            KNOWN.get(sent.get(f"mark-{number}", ""), Verdict.OPEN),
            one_newline(sent.get(f"wording-{number}", "")),
            one_newline(sent.get(f"reason-{number}", "")),
        )
        for number in numbers
    }
