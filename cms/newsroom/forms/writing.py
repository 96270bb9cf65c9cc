"""What the editor's script sends besides the fields of the piece."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import Length, Optional, Regexp

from cms.newsroom.forms.numbers import RowRange

#: Names that the page makes: of an open editor, of one save.
NAME = Regexp(r"[A-Za-z0-9_-]{1,40}\Z", message="That is not the name of an editor.")


class Switch(BooleanField):  # type: ignore[misc]
    """A yes or no that may also be sent as 0."""

    false_values = (False, "false", "", "0")


class CopyForm(FlaskForm):  # type: ignore[misc]
    """Which open editor keeps its text, and the how manieth time."""

    tab = StringField("Editor", [NAME])
    number = IntegerField("Number", [RowRange("Count the copies from 0.")])
    seen = IntegerField("seen", [Optional(), RowRange()])


class DropForm(FlaskForm):  # type: ignore[misc]
    """Which open editor's text is given up; the form without a script has no name for its own."""

    tab = StringField("Editor", [Optional(), NAME])


class SaveForm(FlaskForm):  # type: ignore[misc]
    """Which editor saves, by which id a second try is known, and whether anybody asked for it."""

    tab = StringField("Editor", [Optional(), NAME])
    number = IntegerField("Number", [Optional(), RowRange()])
    save_id = StringField("Save", [Optional(), NAME])
    quiet = Switch("Quiet")


class PresenceForm(FlaskForm):  # type: ignore[misc]
    """Where in the piece somebody is, and whether they write, take it over, or go."""

    tab = StringField("Editor", [Optional(), NAME])
    place = StringField("Block", [Optional(), NAME])
    label = StringField("Section", [Length(max=1_000)])
    writing = Switch("Writing")
    take = Switch("Take over")
    leave = Switch("Leave")
