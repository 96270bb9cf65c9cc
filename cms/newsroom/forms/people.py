"""The profile's form: words, lists of one per line, and rows that grow."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cms.newsroom.choices import Choice
from cms.newsroom.forms.articles import options
from cms.newsroom.forms.numbers import RowList, row_number
from cms.people.models import Person

BLANK_ROWS = 2
MOST_ROWS = 40


class AddForm(FlaskForm):  # type: ignore[misc]
    """What is needed to begin a profile."""

    name = StringField("Name", [InputRequired("A profile needs a name."), Length(max=200)])
    headline = StringField("Role", [Length(max=200)])
    employer = StringField("Where", [Length(max=200)])


class LinkRow(Form):  # type: ignore[misc]
    """One address on the web; a row without an address is none."""

    label = StringField("Words", [Length(max=200)])
    url = StringField("Address", [Length(max=600)])


class PlaceRow(Form):  # type: ignore[misc]
    """One place of work; a row without words is none."""

    title = StringField("Role", [Length(max=200)])
    organisation = StringField("Organisation", [Length(max=200)])
    since = StringField("Since", [Length(max=40)])
    until = StringField("Until", [Length(max=40)])


class ProfileForm(FlaskForm):  # type: ignore[misc]
    """A whole profile; `seen` is the version that the person started from."""

    seen = HiddenField()
    name = StringField("Name", [InputRequired("A profile needs a name."), Length(max=200)])
    slug = StringField("Address", [Length(max=100)])
    headline = StringField("Role", [Length(max=200)])
    employer = StringField("Where", [Length(max=200)])
    bio = TextAreaField("Biography", [Length(max=10_000)])
    expertise = TextAreaField("Subjects", [Length(max=2_000)])
    links = RowList(FormField(LinkRow), max_entries=MOST_ROWS)
    affiliations = RowList(FormField(PlaceRow), max_entries=MOST_ROWS)

    def show(self, person: Person) -> None:
        """Fill the fields with what is stored, and leave rows to write in."""
        self.seen.data = str(person.version)
        for name in ("name", "slug", "headline", "employer", "bio"):
            self[name].data = getattr(person, name)
        self.expertise.data = "\n".join(person.expertise)
        for link in [*person.links, *[{}] * BLANK_ROWS]:
            self.links.append_entry(link)
        for place in [*person.affiliations, *[None] * BLANK_ROWS]:
            self.affiliations.append_entry(place and _place(place))

    def facts(self) -> dict[str, Any]:
        """Return what the service takes, but for the address and the portrait."""
        return {
            "seen": row_number(self.seen.data) or 0,
            "name": self.name.data,
            "headline": self.headline.data or "",
            "employer": self.employer.data or "",
            "bio": self.bio.data or "",
            "expertise": (self.expertise.data or "").splitlines(),
            "links": [_row(entry) for entry in self.links],
            "affiliations": [_row(entry) for entry in self.affiliations],
        }


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Which login is behind the profile."""

    user_id = SelectField("Login", coerce=lambda value: int(value) if value not in (None, "", "None") else None)

    def offer(self, logins: list[Choice]) -> None:
        """Fill in what there is to choose from."""
        self.user_id.choices = options([("", "Nobody: a guest or an expert"), *logins])


def _place(place: Any) -> dict[str, str]:
    return {name: getattr(place, name) for name in ("title", "organisation", "since", "until")}


def _row(entry: Any) -> dict[str, str]:
    return {name: value or "" for name, value in entry.data.items() if name != "csrf_token"}
