"""Who may do what: one row per action, one column per role, and nothing else decides.

A cell is a named condition; `&` and `|` combine the names as well as the tests, so the table that
`cms policy show` prints is the table that runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from cms.core.errors import Forbidden
from cms.vocabulary import Can, Role, State


class Actor(Protocol):
    """Whoever does something: a signed-in user, a reader, or the system itself."""

    @property
    def id(self) -> int | None: ...
    @property
    def role(self) -> Role: ...
    @property
    def desk_ids(self) -> frozenset[int]: ...


@dataclass(frozen=True)
class System:
    """The machine acting on a schedule; it is allowed only what the table's last column says."""

    id: None = None
    role: Role = Role.SYSTEM
    desk_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Reader:
    """Somebody who is not signed in."""

    id: None = None
    role: Role = Role.READER
    desk_ids: frozenset[int] = frozenset()


SYSTEM = System()
READER = Reader()


@dataclass(frozen=True)
class Condition:
    """A test of (actor, subject) that knows its own name.

    A combined condition keeps its `parts`, so that the same cell can also be turned into a WHERE clause
    (`articles.queries.permitted`) and "may I?" and "which ones?" never part ways.
    """

    name: str
    test: Callable[[Any, Any], bool]
    operator: str = ""
    parts: tuple[Condition, ...] = ()

    def __and__(self, other: Condition) -> Condition:
        name = f"{self.name} & {other.name}"
        return Condition(name, lambda a, s: self.test(a, s) and other.test(a, s), "&", (self, other))

    def __or__(self, other: Condition) -> Condition:
        name = f"{self.name} | {other.name}"
        return Condition(name, lambda a, s: self.test(a, s) or other.test(a, s), "|", (self, other))


#: States in which the people who write may change the text.
WRITING = frozenset({State.IDEA, State.DRAFT, State.CHANGES_REQUESTED, State.TO_CONFIRM})
#: States in which the people who edit may change it: what is approved is first taken back.
OPEN = WRITING | {State.IN_REVIEW}

# A one-person magazine may approve its own pieces; `cms.config` sets this once, at start-up.
_rules = {"self_approval": False}


def allow_self_approval(allowed: bool) -> None:
    """Switch the four-eyes rule off (a setting for a one-person magazine) or on again."""
    _rules["self_approval"] = allowed


def self_approval() -> bool:
    """Tell whether the four-eyes rule is off."""
    return _rules["self_approval"]


# `author_ids` are the people credited now, `ever_author_ids` all who ever were: nobody becomes a stranger
# to a piece, and so its judge, by taking their name off it.
yes = Condition("yes", lambda a, s: True)
no = Condition("no", lambda a, s: False)
own = Condition("own", lambda a, s: a.id is not None and a.id in s.author_ids)
not_own = Condition("not own", lambda a, s: _rules["self_approval"] or a.id not in s.ever_author_ids)
own_desk = Condition("own desk", lambda a, s: s.desk_id in a.desk_ids)
asked_desk = Condition("asked desk", lambda a, s: s.asked_desk_id in a.desk_ids)
desk_asked = Condition("own or asked desk", lambda a, s: not a.desk_ids.isdisjoint((s.desk_id, s.asked_desk_id)))
writing = Condition("writing", lambda a, s: s.state in WRITING)
open_ = Condition("open", lambda a, s: s.state in OPEN)
unpublished = Condition("unpublished", lambda a, s: s.first_published_at is None)
self_ = Condition("self", lambda a, s: a.id is not None and a.id == s.user_id)
uploaded = Condition("uploaded", lambda a, s: a.id is not None and a.id == s.uploaded_by_id)

# fmt: off
TABLE: dict[Can, tuple[Condition, ...]] = {
    #                      READER  WRITER         EDITOR                            CHIEF            ADMIN  SYSTEM
    Can.ARTICLE_APPROVE:  (no,     no,            desk_asked & not_own,             not_own,         no,    no ),
    Can.ARTICLE_CONFER:   (no,     no,            desk_asked & not_own,             not_own,         no,    no ),
    Can.ARTICLE_CONFIRM:  (no,     own,           own,                              own,             no,    no ),
    Can.ARTICLE_CREATE:   (no,     yes,           yes,                              yes,             no,    yes),
    Can.ARTICLE_DISCUSS:  (no,     own,           desk_asked | own,                 yes,             no,    no ),
    Can.ARTICLE_EDIT:     (no,     own & writing, own_desk & open_ | own & writing, open_,           no,    yes),
    Can.ARTICLE_IMPORT:   (no,     no,            no,                               yes,             no,    yes),
    Can.ARTICLE_NAME:     (no,     own,           own_desk | own,                   yes,             no,    no ),
    Can.ARTICLE_PLAN:     (no,     no,            own_desk,                         yes,             no,    no ),
    Can.ARTICLE_PRUNE:    (no,     no,            no,                               yes,             no,    no ),
    Can.ARTICLE_PUBLISH:  (no,     no,            own_desk,                         yes,             no,    yes),
    Can.ARTICLE_READ:     (no,     own,           desk_asked | own,                 yes,             no,    yes),
    Can.ARTICLE_RECALL:   (no,     own,           own_desk | own,                   yes,             no,    no ),
    Can.ARTICLE_REVISE:   (no,     own,           own_desk | own,                   yes,             no,    no ),
    Can.ARTICLE_SHARE:    (no,     own,           own_desk | own,                   yes,             no,    no ),
    Can.ARTICLE_SPIKE:    (no,     own,           own_desk | own,                   yes,             no,    no ),
    Can.ARTICLE_SUBMIT:   (no,     own,           own_desk | own,                   yes,             no,    no ),
    Can.ARTICLE_SUGGEST:  (no,     own & open_,   desk_asked & open_ | own & open_, open_,           no,    no ),
    Can.ARTICLE_TRANSLATE: (no,    own & writing & unpublished, own_desk | own & writing & unpublished, yes, no, no ),
    Can.AUDIT_READ:       (no,     no,            no,                               yes,             yes,   yes),
    Can.CHECKS_SET:       (no,     no,            no,                               yes,             no,    yes),
    Can.DESK_MEASURE:     (no,     no,            yes,                              yes,             no,    no ),
    Can.EDITION_READ:     (yes,    yes,           yes,                              yes,             yes,   yes),
    Can.EXPLORE_ARRANGE:  (no,     no,            own_desk,                         yes,             no,    no ),
    Can.FRONT_EDIT:       (no,     no,            no,                               yes,             no,    yes),
    Can.MEDIA_EDIT:       (no,     uploaded,      yes,                              yes,             no,    yes),
    Can.MEDIA_READ:       (no,     yes,           yes,                              yes,             no,    yes),
    Can.MEDIA_UPLOAD:     (no,     yes,           yes,                              yes,             no,    yes),
    Can.NEWSROOM_ENTER:   (no,     yes,           yes,                              yes,             yes,   no ),
    Can.PAGE_ARRANGE:     (no,     no,            yes,                              yes,             no,    yes),
    Can.PERSON_CREATE:    (no,     yes,           yes,                              yes,             no,    yes),
    Can.PERSON_EDIT:      (no,     self_,         yes,                              yes,             no,    yes),
    Can.PERSON_LINK:      (no,     no,            no,                               yes,             no,    yes),
    Can.PERSON_READ:      (no,     yes,           yes,                              yes,             yes,   yes),
    Can.PITCH_VOTE:       (no,     yes,           yes,                              yes,             no,    no ),
    Can.QUESTIONS_PLAN:   (no,     own,           own_desk | own,                   yes,             no,    no ),
    Can.REVIEW_FOR_ASKED: (no,     no,            asked_desk & not_own,             asked_desk & not_own, no, no ),
    Can.REVIEW_FOR_CHIEFS: (no,    no,            no,                               not_own,         no,    no ),
    Can.REVIEW_FOR_DESK:  (no,     no,            own_desk & not_own,               not_own,         no,    no ),
    Can.RULES_SET:        (no,     no,            no,                               yes,             no,    yes),
    Can.SEARCH_GUIDE:     (no,     no,            no,                               yes,             no,    yes),
    Can.SEARCH_READ:      (no,     no,            yes,                              yes,             no,    yes),
    Can.SERIES_EDIT:      (no,     no,            yes,                              yes,             no,    yes),
    Can.TAXONOMY_EDIT:    (no,     no,            no,                               yes,             no,    yes),
    Can.TEMPLATE_EDIT:    (no,     no,            no,                               yes,             no,    yes),
    Can.TOPIC_CREATE:     (no,     yes,           yes,                              yes,             no,    yes),
    Can.TRANSCRIPT_PUT:   (no,     own,           own_desk | own,                   yes,             no,    no ),
    Can.TRANSCRIPT_READ:  (no,     no,            own_desk | own,                   yes,             no,    no ),
    Can.USER_MANAGE:      (no,     no,            no,                               no,              yes,   yes),
    Can.VIEWS_READ:       (no,     yes,           yes,                              yes,             no,    no ),
    Can.WORKER_WATCH:     (no,     no,            no,                               no,              yes,   yes),
}
# fmt: on
COLUMNS = tuple(Role)


def can(actor: Actor, action: Can, subject: Any = None) -> bool:
    """Tell whether `actor` may do `action` to `subject` (None for actions that have no subject)."""
    return TABLE[action][COLUMNS.index(actor.role)].test(actor, subject)


def require(actor: Actor, action: Can, subject: Any = None) -> None:
    """Raise Forbidden unless `actor` may do `action` to `subject`; the first line of every service verb."""
    if not can(actor, action, subject):
        raise Forbidden("You may not do that here. An editor of the desk can.")


def cell(role: Role, action: Can) -> Condition:
    """Return the condition that the table holds for a role and an action."""
    return TABLE[action][COLUMNS.index(role)]


def as_text() -> str:
    """Return the table as aligned text, as `cms policy show` prints it."""
    grid = [["action", *COLUMNS], *[[action, *(c.name for c in row)] for action, row in TABLE.items()]]
    widths = [max(len(row[i]) for row in grid) + 2 for i in range(len(grid[0]))]
    lines = ("".join(word.ljust(width) for word, width in zip(row, widths, strict=True)) for row in grid)
    return "\n".join(line.rstrip() for line in lines)
