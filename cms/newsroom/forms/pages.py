"""The form by which the pages of the house are put in order."""

from __future__ import annotations

from flask import request

from cms.newsroom.forms.numbers import row_number


def order_sent() -> list[int]:
    """Return the ids of the pages by the places that were typed beside them; equal places stay as they were."""
    rows = [
        (row_number(place) or 0, number)
        for name, place in request.form.items()
        if name.startswith("place-") and (number := row_number(name.removeprefix("place-"))) is not None
    ]
    return [number for _, number in sorted(rows, key=lambda row: row[0])]
