"""The sections for pages that ask nothing else of the edition."""

from __future__ import annotations

from flask import g
from sqlalchemy.exc import SQLAlchemyError

from cms.publication import queries
from cms.web.session import db


def sections_now() -> queries.Sections:
    """Return the sections, or none where the database does not answer: a page that says so must still appear.

    Head and foot of a page both name them; they are asked for once.
    """
    if "sections" not in g:
        try:
            g.sections = queries.sections(db())
        except SQLAlchemyError:
            g.sections = queries.Sections()
    found: queries.Sections = g.sections
    return found
