"""What is decided about a template, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from cms.vocabulary import Kind


@dataclass(frozen=True)
class Facts:
    """Everything that a chief decides; `section_id` is None where a template serves all sections."""

    name: str
    about: str = ""
    kind: Kind = Kind.ARTICLE
    section_id: int | None = None
    headline: str = ""
    kicker: str = ""
    dek: str = ""
    body: str = ""
