"""Rules about who is behind a piece, and who speaks in it."""

from __future__ import annotations

from collections.abc import Iterator

from cms.articles import document
from cms.articles.document import BlockKind
from cms.core.html import Element, text_of
from cms.review.checks.draft import Draft, Finding, Rule
from cms.vocabulary import CreditRole, Kind, Level

GROUP = "People and their words"


class Author(Rule):
    name, title, group, default = "author", "Author missing", GROUP, Level.BLOCK
    not_for = frozenset({Kind.PAGE})
    about = "Somebody answers for every piece: an author, or the interviewer."

    def find(self, draft: Draft) -> Iterator[Finding]:
        if not any(role.makes_author for _, role in draft.credits):
            yield Finding("Nobody is credited as author or interviewer.", "credits")


class Interviewee(Rule):
    name, title, group, default = "interviewee", "Interviewee missing", GROUP, Level.BLOCK
    about = "An interview appears on the page of whoever was asked, so that person is among the credits."

    def find(self, draft: Draft) -> Iterator[Finding]:
        roles = {role for _, role in draft.credits}
        if draft.kind is Kind.INTERVIEW and CreditRole.INTERVIEWEE not in roles:
            yield Finding("An interview needs its interviewee among the credits.", "credits")


class NewPeople(Rule):
    name, title, group, default = "new_people", "Name that is new here", GROUP, Level.SHOWN
    about = "A misspelt name becomes a second person. Saving adds names that nobody here has yet."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for name in draft.strangers:
            yield Finding(f"“{name}” is nobody here yet; saving adds them.", "credits", "Is it spelled as before?")


class Answers(Rule):
    name, title, group, default = "answers", "Question without an answer", GROUP, Level.BLOCK
    about = "A question of the plan that nobody has answered yet."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for block in draft.of(BlockKind.QA):
            if document.lacks_answer(block):
                yield Finding("A question has no answer.", block.id)


class Questions(Rule):
    name, title, group, default = "questions", "Answer without a question", GROUP, Level.WARN
    about = "An answer that nothing was asked before; join it with the one above, or write the question."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for block in draft.of(BlockKind.QA):
            question, answer = document.question_and_answer(block.element)
            if not text_of([question]).strip() and text_of([answer]).strip():
                yield Finding("An answer has no question.", block.id)


class Speakers(Rule):
    name, title, group, default = "speakers", "Question without a speaker", GROUP, Level.WARN
    about = "Readers, and screen readers even more, need to know who asks and who answers."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for block in draft.of(BlockKind.QA):
            question, answer = document.question_and_answer(block.element)
            lacking = [noun for noun, part in (("asks", question), ("answers", answer)) if _is_nobodys(part)]
            if lacking:
                yield Finding(f"It does not say who {' and who '.join(lacking)}.", block.id)


def _is_nobodys(part: Element) -> bool:
    return bool(text_of([part]).strip()) and not part.attrs.get("data-speaker", "").strip()


RULES: tuple[Rule, ...] = (Author(), Interviewee(), NewPeople(), Answers(), Questions(), Speakers())
