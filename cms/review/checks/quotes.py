"""Rules about what the people who are quoted said of their own words: confirmed, put otherwise, called wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from cms.articles import document
from cms.articles.document import Passage
from cms.review.checks.draft import Checked, Draft, Finding, Rule
from cms.vocabulary import Kind, Level, Verdict

GROUP = "People and their words"
NOT_FOR = frozenset({Kind.PAGE})
#: From which part of their words that are the same two quotes are taken for one: in the same block, and elsewhere.
ALIKE, ALIKE_ELSEWHERE = 0.3, 0.6
GIST = 90  # characters


class Standing(StrEnum):
    """How words stand in the text, against what was said of them."""

    UNMARKED = "unmarked"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    WANTED = "wanted"
    WRONG = "wrong"
    CUT = "cut"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "unmarked": "Waits for an answer", "confirmed": "Confirmed", "changed": "Confirmed wording changed",
            "wanted": "Other words are wanted", "wrong": "Called wrong", "cut": "Not in the text any more",
        }[self.value]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stands:
    """How words stand in a text, and where they or what came in their place are."""

    standing: Standing
    passage: Passage | None = None


def standing(one: Checked, said: Sequence[Passage]) -> Stands:
    """Return how words that were shown to somebody stand in a text, given all that is said in it."""
    by_hash = {document.digest(passage.words): passage for passage in said}
    agreed = {Verdict.CORRECT: one.words, Verdict.FIX: one.wording}.get(one.verdict)
    if agreed is not None and (there := by_hash.get(document.digest(agreed))):
        return Stands(Standing.CONFIRMED, there)
    if there := by_hash.get(document.digest(one.words)):
        waits = {Verdict.FIX: Standing.WANTED, Verdict.WRONG: Standing.WRONG}.get(one.verdict, Standing.UNMARKED)
        return Stands(waits, there)
    now = _now(one, said)
    if now is None:
        return Stands(Standing.CUT)
    return Stands(Standing.UNMARKED if one.verdict is Verdict.OPEN else Standing.CHANGED, now)


def _now(one: Checked, said: Sequence[Passage]) -> Passage | None:
    """Return what came in the place of some words: what stands in theirs, or what is most like them."""
    wanted = one.words.split()
    scored = []
    for passage in said:
        is_here = passage.block_id == one.block_id
        if is_here and not one.place and passage.is_answer:
            return passage
        likeness = SequenceMatcher(None, wanted, passage.words.split(), autojunk=False).ratio()
        if likeness >= (ALIKE if is_here else ALIKE_ELSEWHERE):
            scored.append((is_here, likeness, passage))
    return max(scored, key=lambda row: row[:2])[2] if scored else None


class Confirmed(Rule):
    name, title, group, default = "confirmed", "Confirmed wording changed", GROUP, Level.BLOCK
    not_for = NOT_FOR
    about = "Whoever confirmed their words confirmed these and no others; what was changed is shown to them again."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for one, stands in _standing(draft):
            if stands.standing is Standing.CHANGED and stands.passage is not None:
                verb = "called it wrong" if one.verdict is Verdict.WRONG else "confirmed the wording"
                was = one.wording if one.verdict is Verdict.FIX else one.words
                yield Finding(
                    f"Changed after {one.who} {verb}. Ask again.", stands.passage.block_id, f"Then: “{_gist(was)}”"
                )


class Disputed(Rule):
    name, title, group, default = "disputed", "Words that their speaker wants changed", GROUP, Level.WARN
    not_for = NOT_FOR
    about = "Somebody who is quoted wants other words, or calls theirs wrong. An editor has the last word, knowingly."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for one, stands in _standing(draft):
            place = stands.passage.block_id if stands.passage is not None else ""
            if stands.standing is Standing.WANTED:
                yield Finding(f"{one.who} wants other words here.", place, f"“{_gist(one.wording)}”")
            elif stands.standing is Standing.WRONG:
                yield Finding(f"{one.who} calls this wrong.", place, f"“{_gist(one.reason)}”")


class Unanswered(Rule):
    name, title, group, default = "unanswered", "Check of quotes not answered", GROUP, Level.WARN
    not_for = NOT_FOR
    about = "Somebody was asked to check their own words, and has not answered yet."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for who in draft.unanswered:
            yield Finding(f"{who} has not answered yet whether these are their words.", "credits")


class Consent(Rule):
    name, title, group, default = "consent", "Interviewee does not agree", GROUP, Level.BLOCK
    not_for = NOT_FOR
    about = "Somebody who was interviewed said that they do not agree to be published with this."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for who in draft.unwilling:
            yield Finding(f"{who} does not agree to be published with this.", "credits", "Talk to them first.")


def _standing(draft: Draft) -> Iterator[tuple[Checked, Stands]]:
    said = document.said_in(draft.blocks) if draft.checked else ()
    return ((one, standing(one, said)) for one in draft.checked)


def _gist(words: str) -> str:
    return document.teaser(words, limit=GIST)


RULES: tuple[Rule, ...] = (Confirmed(), Disputed(), Unanswered(), Consent())
