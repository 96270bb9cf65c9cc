"""The sections for pages that ask nothing else of the edition."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from cms.publication import queries
from cms.web.session import db


def sections_now() -> queries.Sections:
    """Return the sections, or none where the database does not answer: a page that says so must still appear."""
    try:
        return queries.sections(db())
    except SQLAlchemyError:
        return queries.Sections()
