"""Pure decisions about the check of quotes: whose words are whose, and whether an answer is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cms.articles import document
from cms.articles.document import Passage
from cms.core.errors import Invalid
from cms.core.html import clean_text
from cms.language import N_
from cms.vocabulary import Verdict

LONGEST_WORDING = 20_000
LONGEST_REASON = 2_000
LONGEST_FACT = 300
LONGEST_CONFLICTS = 2_000
SHORTEST_NAME = 3


@dataclass(frozen=True)
class Offer:
    """Something that somebody may have said: whether the text itself says that it was them."""

    passage: Passage
    is_theirs: bool


@dataclass(frozen=True)
class Mark:
    """What somebody says of one of their quotes, as they sent it."""

    verdict: Verdict = Verdict.OPEN
    wording: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Statement:
    """What somebody is asked for once: whether they agree, who they are at the time, what they have at stake."""

    is_agreed: bool | None = None
    title: str = ""
    affiliation: str = ""
    conflicts: str = ""


class NotYet(Invalid):
    """Answers that cannot be sent yet: a sentence for each quote by its number, and for each field by its name."""

    def __init__(self, problems: Mapping[int | str, str]) -> None:
        super().__init__("Some of it needs another look before it can be sent.")
        self.problems = problems


def offers(body: str, name: str, others: Iterable[str]) -> list[Offer]:
    """Return what somebody may be asked about: never an answer that the text gives to one of the `others`."""
    others, blocks = list(others), document.parse(body)
    found = []
    for passage in document.said_in(blocks):
        is_said = is_whose(passage.speaker, name)
        if any(is_whose(passage.speaker, other) for other in others) and not is_said:
            continue
        if not passage.speaker:
            named = [one for one in (name, *others) if _is_named(passage.context, one)]
            is_said = name in named if named else _is_named(blocks[passage.number - 1].text, name)
        found.append(Offer(passage, is_said))
    return found


def is_whose(speaker: str, name: str) -> bool:
    """Tell whether the speaker of an answer is somebody: by the whole name, a part of it, or its letters."""
    speaker, name = speaker.casefold().strip(" .:"), name.casefold()
    parts = name.split()
    letters = "".join(part[0] for part in parts)
    return bool(speaker) and (speaker == name or speaker in parts or speaker.replace(".", "") == letters)


def checked(number: int, words: str, mark: Mark) -> Mark:
    """Return what somebody says of a quote, as it is stored; raises NotYet where it is not complete."""
    if mark.verdict is Verdict.FIX:
        if not mark.wording or document.digest(mark.wording) == document.digest(words):
            raise NotYet({number: N_("Write how you want it to say; it says what it said.")})
        return Mark(Verdict.FIX, mark.wording)
    if mark.verdict is Verdict.WRONG:
        if not mark.reason:
            raise NotYet({number: N_("Say in a sentence what is wrong.")})
        return Mark(Verdict.WRONG, reason=mark.reason)
    if mark.verdict is Verdict.OPEN:
        raise NotYet({number: N_("Choose one of the three.")})
    return Mark(mark.verdict)


def tidied(mark: Mark) -> Mark:
    """Return what somebody wrote without what no text may have; raises Invalid where it is too long."""
    wording, reason = _lines(mark.wording), _lines(mark.reason)
    if len(wording) > LONGEST_WORDING or len(reason) > LONGEST_REASON:
        raise Invalid(N_("That is longer than we can take. Write to us instead."))
    return Mark(mark.verdict, wording, reason)


def begun(statement: Statement) -> Statement:
    """Return what somebody wrote about themselves so far, as it is stored; raises NotYet where it is too long."""
    title, affiliation = clean_text(statement.title), clean_text(statement.affiliation)
    conflicts = _lines(statement.conflicts)
    if max(len(title), len(affiliation)) > LONGEST_FACT or len(conflicts) > LONGEST_CONFLICTS:
        raise NotYet({"conflicts": N_("That is longer than we can take. Write to us instead.")})
    return Statement(statement.is_agreed, title, affiliation, conflicts)


def stated(statement: Statement) -> Statement:
    """Return what somebody said about themselves, as it is stored; raises NotYet where something is missing."""
    said = begun(statement)
    problems: dict[int | str, str] = {}
    if said.is_agreed is None:
        problems["agreed"] = N_("Say yes or no.")
    if not said.title and not said.affiliation:
        problems["title"] = N_("Say what you are, or where you work.")
    if not said.conflicts:
        problems["conflicts"] = N_("Write “none” where there is none.")
    if problems:
        raise NotYet(problems)
    return said


def chosen(offered: Sequence[Offer], keys: Iterable[str]) -> list[Passage]:
    """Return the passages of some keys, in the order of the text; raises Invalid where there are none like that."""
    wanted = set(keys)
    found = [one.passage for one in offered if one.passage.key in wanted]
    if not wanted:
        raise Invalid("Choose at least one quote to be checked.", field="pick")
    if len(found) != len(wanted):
        raise Invalid("Something that was chosen is not in the text any more. Choose again.", field="pick")
    return found


def _is_named(context: str, name: str) -> bool:
    words = context.casefold().replace("’", " ").replace("'", " ").split()
    known = {word.strip('.,;:!?()“”"') for word in words}
    return any(part in known for part in name.casefold().split() if len(part) >= SHORTEST_NAME)


def _lines(text: str) -> str:
    """Return a text of several paragraphs, as it is stored."""
    return "\n".join(map(clean_text, text.splitlines())).strip()
