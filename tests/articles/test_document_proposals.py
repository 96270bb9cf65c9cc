"""Suggestions as operations: whatever is taken up, in whichever order, gives the text that it should, and no other.

Random bases and random proposed copies, of one person or of several at once. The faults at the end are planted into the
engine one by one, and every one of them must be noticed by the very same play.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

import pytest

from cms.articles import document
from cms.articles.document import Operation, OperationKind, Proposal, Stale, Way, patch, proposals

CASES = 2_000
WORDS = "the second was a lie and half of it measured by clocks that nobody trusts in halls of quartz".split()


class Writer:
    """Writes texts and changes them, always the same way for one seed."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.names = dice, count()

    def words(self, least: int = 2, most: int = 14) -> str:
        return " ".join(self.dice.choice(WORDS) for _ in range(self.dice.randint(least, most)))

    def inline(self) -> str:
        style = self.dice.choice(["em", "strong", "code", "a", "", "", "", ""])
        middle = self.words(1, 3)
        opened = f'a href="https://example.org/{self.dice.randrange(9)}"' if style == "a" else style
        return f"{self.words()} {f'<{opened}>{middle}</{style}>' if style else middle} {self.words()}."

    def block(self) -> str:
        name = f'data-id="n{next(self.names)}"'
        match self.dice.randrange(9):
            case 0:
                return f"<h2 {name}>{self.words(1, 4)}</h2>"
            case 1:
                return f"<ul {name}><li>{self.words()}</li><li>{self.inline()}</li></ul>"
            case 2:
                asked, answered = self.words(), self.inline()
                return (
                    f'<section class="qa" {name}><p class="qa-question" data-speaker="A">{asked}?</p>'
                    f'<div class="qa-answer" data-speaker="B"><p>{answered}</p></div></section>'
                )
            case 3:
                return f"<blockquote {name}><p>{self.inline()}</p></blockquote>"
            case 4:
                cells = f"<th>{self.words(1, 2)}</th><td>{self.words(1, 3)}</td>"
                return f"<table {name}><tbody><tr>{cells}</tr></tbody></table>"
        return f"<p {name}>{self.inline()}</p>"

    def body(self) -> str:
        return document.normalise("".join(self.block() for _ in range(self.dice.randint(1, 8))))

    def changed(self, body: str) -> str:
        """Return a copy on which somebody worked: words, blocks and their order."""
        blocks = [block.html for block in document.parse(body)]
        for _ in range(self.dice.randint(1, 6)):
            self.dice.choice([self.reword, self.reword, self.reword, self.insert, self.drop, self.move, self.split,
                              self.merge, self.turn])(blocks)  # fmt: skip
        return document.normalise("".join(blocks))

    def reword(self, blocks: list[str]) -> None:
        if not blocks:
            return
        at = self.dice.randrange(len(blocks))
        head, *rest = blocks[at].split(" ")
        for _ in range(self.dice.randint(1, 3)):
            plain = [n for n, word in enumerate(rest) if word.isalpha()]
            if plain:
                rest[self.dice.choice(plain)] = self.dice.choice(["new", "quite other", "", self.dice.choice(WORDS)])
        blocks[at] = " ".join([head, *rest])

    def insert(self, blocks: list[str]) -> None:
        new = self.block()
        # What is pasted or typed has no id yet.
        unnamed = new.replace(new[new.index(" data-id") : new.index('"', new.index("data-id") + 9) + 1], "", 1)
        blocks.insert(self.dice.randint(0, len(blocks)), unnamed)

    def drop(self, blocks: list[str]) -> None:
        if blocks:
            blocks.pop(self.dice.randrange(len(blocks)))

    def move(self, blocks: list[str]) -> None:
        if blocks:
            blocks.insert(self.dice.randrange(len(blocks)), blocks.pop(self.dice.randrange(len(blocks))))

    def split(self, blocks: list[str]) -> None:
        whole = [
            n for n, html in enumerate(blocks) if html.startswith("<p ") and html.count(". ") + html.count("> ") > 0
        ]
        if whole:
            at = self.dice.choice(whole)
            first, last = blocks[at].rsplit(" ", 1)
            middle = first.rindex(" ")
            if "<" not in first[middle:] and first.count("<") == 1 + first.count("</") * 2 - first.count("</"):
                blocks[at : at + 1] = [f"{first[:middle]}</p>", f"<p>{first[middle + 1 :]} {last}"]

    def merge(self, blocks: list[str]) -> None:
        pairs = [n for n in range(len(blocks) - 1) if all(html.startswith("<p ") for html in blocks[n : n + 2])]
        if pairs:
            at = self.dice.choice(pairs)
            second = blocks[at + 1][blocks[at + 1].index(">") + 1 :]
            blocks[at : at + 2] = [blocks[at].removesuffix("</p>") + " " + second]

    def turn(self, blocks: list[str]) -> None:
        plain = [n for n, html in enumerate(blocks) if html.startswith("<p ")]
        if plain:
            at = self.dice.choice(plain)
            blocks[at] = "<h3 " + blocks[at].removeprefix("<p ").removesuffix("</p>") + "</h3>"


@dataclass(frozen=True)
class Offer:
    """One operation of one person's proposal."""

    of: Proposal
    operation: Operation


def way(offer: Offer, waiting: list[Offer]) -> Way:
    own = [other.operation for other in waiting if other.of is offer.of]
    return Way(offer.of.order, document.settled(offer.of.order, own))


@lru_cache(200)
def stored(body: str) -> str:
    """Return a text as it is stored; the ways through one set of offers lead through the same texts."""
    return document.normalise(body)


def after(base: str, offers: list[Offer], accepted: list[Offer]) -> str:
    """Take some offers up, one after the other, as people would."""
    body, waiting = base, list(offers)
    for offer in accepted:
        body = stored(document.take_up(body, offer.operation, way(offer, waiting)))
        waiting.remove(offer)
    return body


def disjoint(offers: list[Offer], dice: random.Random) -> list[Offer]:
    """Choose offers of which no two are about the same place."""
    chosen: list[Offer] = []
    for offer in dice.sample(offers, len(offers)):
        own = way(offer, offers)
        if not any(
            offer.of is not other.of and document.overlap(offer.operation, own, other.operation, way(other, offers))
            for other in chosen
        ):
            chosen.append(offer)
    return chosen


def shuffled(offers: list[Offer], dice: random.Random) -> list[Offer]:
    return dice.sample(offers, len(offers))


def play(seed: int) -> None:
    """One base and up to three people's copies of it: everything that has to hold does."""
    stored.cache_clear()
    dice = random.Random(seed)
    writer = Writer(dice)
    base = writer.body()
    copies = [writer.changed(base) for _ in range(dice.choice([1, 1, 2, 3]))]
    made = [document.propose(base, copy) for copy in copies]
    for copy, proposal in zip(copies, made, strict=True):
        assert untouched(base, copy) <= htmls(proposal.body), f"{seed}: what nobody touched has another name"
        own = [Offer(proposal, operation) for operation in proposal.operations]
        assert after(base, own, []) == base, f"{seed}: rejecting all"
        assert after(base, own, shuffled(own, dice)) == proposal.body, f"{seed}: accepting all"
        some = dice.sample(own, dice.randint(0, len(own)))
        assert after(base, own, some) == after(base, own, shuffled(some, dice)), f"{seed}: accepting some"
        one_by_one(seed, base, own, dice)
    everybody = [Offer(proposal, operation) for proposal in made for operation in proposal.operations]
    chosen = disjoint(everybody, dice)
    first = after(base, everybody, chosen)
    assert first == after(base, everybody, shuffled(chosen, dice)), f"{seed}: accepting from several people"
    assert says_all(first, chosen), f"{seed}: what was accepted from several people is not in the text"


def htmls(body: str) -> set[str]:
    return {block.html for block in document.parse(body)}


def untouched(base: str, copy: str) -> set[str]:
    return htmls(base) & htmls(copy)


def one_by_one(seed: int, base: str, own: list[Offer], dice: random.Random) -> None:
    """Single changes of words, taken up in any order, make the block that was proposed; one of them, nothing else."""
    for offer in own:
        many = len(document.singles(offer.operation))
        if not many:
            continue
        old, new = offer.operation.old[0], offer.operation.new[0]
        picks = dice.sample(range(many), many)
        one = document.take_up(base, offer.operation, way(offer, own), [picks[0]])
        assert one != base, f"{seed}: a single change"
        assert patch.picked(old, new, [picks[0]]) in one, f"{seed}: a single change and nothing else"
        assert new not in one, f"{seed}: a single change and all others"
        for number in range(1, many + 1):
            made = patch.picked(old, new, picks[:number])
            if made is not None:
                assert document.normalise(made) == made, f"{seed}: a block that is stored otherwise"
                left = document.without(offer.operation, picks[:number])
                assert patch.joined(left.old[0], made, left.new[0]) == new, f"{seed}: the rest of the changes"


def says_all(body: str, accepted: list[Offer]) -> bool:
    there = {block.id for block in document.parse(body)}
    return all(
        there.issuperset(offer.operation.new_ids) and there.isdisjoint(offer.operation.removes)
        for offer in accepted
        if offer.operation.kind is not OperationKind.MOVE
    )


@pytest.mark.parametrize("part", range(4))
def test_any_order_gives_the_same_text(part: int) -> None:
    """2,000 cases in all, none of which may fail."""
    for seed in range(part * CASES // 4, (part + 1) * CASES // 4):
        play(seed)


def operations(base: str, body: str) -> Iterator[tuple[str, int, int]]:
    for operation in document.propose(base, body).operations:
        yield operation.kind.value, len(operation.old), len(operation.new)


A, B, C = '<p data-id="a">One two three, and four.</p>', '<p data-id="b">Five six.</p>', '<h2 data-id="c">Seven</h2>'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (A + B + C, []),
        (A.replace("two", "2") + B + C, [("words", 1, 1)]),
        (A + B + "<p>New.</p>" + C, [("insert", 0, 1)]),
        (A + C, [("delete", 1, 0)]),
        (B + A + C, [("move", 1, 1)]),
        ('<p data-id="a">One two three,</p><p>and four.</p>' + B + C, [("split", 1, 2)]),
        ('<p data-id="a">One two three, and four. Five six.</p>' + C, [("merge", 2, 1)]),
        (A + B.replace("p ", "h3 ").replace("/p", "/h3") + C, [("turn", 1, 1)]),
        (A.replace("two", "2") + C + B.replace("Five", "5"), [("words", 1, 1), ("move", 1, 1), ("words", 1, 1)]),
        (A.replace(' data-id="a"', "") + B + C, []),
    ],
    ids=str,
)  # fmt: skip
def test_each_kind_of_change_is_an_operation(body: str, expected: list[tuple[str, int, int]]) -> None:
    found = list(operations(A + B + C, body))
    assert sorted(found) == sorted(expected)


def test_single_changes_are_told_apart_and_words_in_a_row_are_one() -> None:
    (operation,) = document.propose(A, A.replace("One two", "1 2").replace("four", "4")).operations
    assert document.singles(operation) == (("One two", "1 2"), ("four", "4"))


def test_two_people_change_words_of_one_paragraph() -> None:
    noor = document.propose(A, A.replace("two", "2")).operations[0]
    piet = document.propose(A, A.replace("four", "4"))
    body = A.replace("two", "2")
    joined = document.take_up(body, piet.operations[0], Way(piet.order, piet.order))
    assert joined == A.replace("two", "2").replace("four", "4")
    assert not document.overlap(noor, Way(("a",), {"a"}), piet.operations[0], Way(("a",), {"a"}))


@pytest.mark.parametrize(
    ("body", "proposed", "why"),
    [
        (A.replace("two", "zwei") + B, A.replace("two", "2") + B, "The same words were changed since."),
        (B, A.replace("two", "2") + B, "not in the text any more"),
        (A.replace("two", "zwei") + B, B, "was changed there since"),
        (A.replace("two", "2") + B, A.replace("two", "2") + B, "in the text already"),
    ],
    ids=str,
)
def test_what_cannot_be_taken_up_says_why(body: str, proposed: str, why: str) -> None:
    proposal = document.propose(A + B, proposed)
    with pytest.raises(Stale, match=why):
        document.take_up(body, proposal.operations[0], Way(proposal.order, proposal.order))


def _broken(module: Any, name: str, made: Callable[[Any], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda monkey: monkey.setattr(module, name, made(getattr(module, name)))


def _renamed(_: Any) -> Any:
    return lambda was, body: body.replace('data-id="n0"', 'data-id="typed"')


#: One fault of each sort that such an engine can have.
FAULTS = {
    "what waits counts as standing": _broken(proposals, "settled", lambda _: lambda order, waiting: frozenset(order)),
    "things come before their neighbour": _broken(proposals, "_place", lambda real: lambda *a: max(0, real(*a) - 1)),
    "one change brings the others along": _broken(patch, "picked", lambda _: lambda old, new, picks: new),
    "the same words are changed twice": _broken(patch.Single, "touches", lambda _: lambda *sides: False),
    "two things at one place are no overlap": _broken(proposals, "_gaps", lambda _: lambda *place: set()),
    "a block typed anew is a new one": _broken(proposals, "_with_old_ids", _renamed),
    "one writes over what another wrote": _broken(patch, "joined", lambda _: lambda base, mine, theirs: theirs),
    "a move forgets the words": _broken(proposals, "_operations", lambda real: lambda change: real(change)[:1]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    FAULTS[fault](monkeypatch)
    monkeypatch.setattr(document, "settled", proposals.settled)
    patch._read.cache_clear()
    try:
        with pytest.raises((AssertionError, Stale)):
            for seed in range(CASES):
                play(seed)
    finally:
        patch._read.cache_clear()
