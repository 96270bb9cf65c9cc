"""A proposed copy of a body as the operations that lead to it, each of which can be taken up by itself.

The base is never touched. Taking up an operation makes its change in the text as it is by then; whichever of them are
taken up, and in whichever order, the text that comes out is the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cms.articles.document import patch
from cms.articles.document.align import TIE, align
from cms.articles.document.blocks import Block, normalise, parse, serialise
from cms.articles.document.diff import Change, ChangeKind, compare_blocks


class OperationKind(StrEnum):
    """What somebody proposes to do."""

    WORDS = "words"
    TURN = "turn"
    INSERT = "insert"
    DELETE = "delete"
    MOVE = "move"
    SPLIT = "split"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that is proposed: blocks as they were and as they would be, as HTML; a move leaves both the same."""

    kind: OperationKind
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def old_ids(self) -> tuple[str, ...]:
        """The blocks that it is about."""
        return tuple(_id(html) for html in self.old)

    @property
    def new_ids(self) -> tuple[str, ...]:
        """The blocks that it leaves."""
        return tuple(_id(html) for html in self.new)

    @property
    def places(self) -> tuple[str, ...]:
        """The blocks that it puts where they were not before."""
        if self.kind is OperationKind.MOVE:
            return self.old_ids
        return tuple(block_id for block_id in self.new_ids if block_id not in self.old_ids)

    @property
    def removes(self) -> tuple[str, ...]:
        """The blocks that are not where they were afterwards."""
        if self.kind is OperationKind.MOVE:
            return self.old_ids
        return tuple(block_id for block_id in self.old_ids if block_id not in self.new_ids)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed copy, the order of its blocks, and the operations that make it of its base."""

    body: str
    order: tuple[str, ...]
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """What an operation aims at besides its own blocks: the order of the copy, and which blocks stand in it already."""

    order: Sequence[str]
    settled: Collection[str]


class Stale(Exception):
    """An operation cannot be taken up any more; the sentence says why."""


def propose(base: str, body: str) -> Proposal:
    """Return what a proposed copy changes. Blocks that stayed what they were keep their ids, whatever was pasted."""
    was = parse(base)
    body = _with_old_ties(was, normalise(_with_old_ids(was, normalise(body))))
    now = parse(body)
    operations = [made for change in compare_blocks(was, now) for made in _operations(change)]
    return Proposal(body, tuple(block.id for block in now), tuple(operations))


def take_up(body: str, operation: Operation, way: Way, picks: Collection[int] | None = None) -> str:
    """Return the text with an operation made in it, of which `picks` may choose single changes of words.

    Raises Stale where what it was about is not there as it was.
    """
    blocks = {block.id: block.html for block in parse(body)}
    here = list(blocks)
    missing = [block_id for block_id in operation.old_ids if block_id not in blocks]
    if missing:
        raise Stale("What it is about is not in the text any more.")
    if any(block_id in blocks for block_id in operation.places if operation.kind is not OperationKind.MOVE):
        raise Stale("It is in the text already.")
    if operation.kind in (OperationKind.WORDS, OperationKind.TURN):
        blocks[here[here.index(operation.old_ids[0])]] = _changed(blocks[operation.old_ids[0]], operation, picks)
    elif operation.kind is not OperationKind.MOVE:
        if any(blocks[block_id] != html for block_id, html in zip(operation.old_ids, operation.old, strict=True)):
            raise Stale("The text was changed there since.")
        blocks |= dict(zip(operation.new_ids, operation.new, strict=True))
    here = [block_id for block_id in here if block_id not in operation.removes]
    standing = set(way.settled) - set(operation.places)
    for block_id in [one for one in way.order if one in operation.places]:
        here.insert(_place(block_id, here, way.order, standing), block_id)
        standing.add(block_id)
    return "".join(blocks[block_id] for block_id in here)


def settled(proposal_order: Sequence[str], waiting: Collection[Operation]) -> frozenset[str]:
    """Return the blocks of a proposed copy that stand where it has them, as long as some operations wait."""
    return frozenset(proposal_order) - {block_id for operation in waiting for block_id in operation.places}


def overlap(one: Operation, own: Way, other: Operation, others: Way) -> bool:
    """Tell whether two people's operations are about the same place, so that taking up one decides about the other."""
    if set(one.removes) & set(other.removes) or _gaps(one, own) & _gaps(other, others):
        return True
    if set(one.removes) & _gaps(other, others) or set(other.removes) & _gaps(one, own):
        return True
    both = _texts(one) & _texts(other)
    if not both:
        return False
    words = OperationKind.WORDS
    if one.kind is not words or other.kind is not words:
        return True
    return one.old != other.old or not patch.apart(one.old[0], one.new[0], other.new[0])


def singles(operation: Operation) -> tuple[tuple[str, str], ...]:
    """Return the single changes of words that an operation is made of, before and after; none where it is one whole."""
    if operation.kind is not OperationKind.WORDS:
        return ()
    found = patch.swaps(operation.old[0], operation.new[0])
    return tuple((one.old, one.new) for one in found) if len(found) > 1 else ()


def without(operation: Operation, picks: Collection[int]) -> Operation:
    """Return what is left of an operation once some of its changes are in the text."""
    made = patch.picked(operation.old[0], operation.new[0], picks)
    return Operation(operation.kind, operation.old if made is None else (made,), operation.new)


def _changed(current: str, operation: Operation, picks: Collection[int] | None) -> str:
    """Return a block with an operation's words in it, or some of them, and whatever else was changed there since."""
    old, new = operation.old[0], operation.new[0]
    wanted = new if picks is None else patch.picked(old, new, picks)
    if wanted is None:
        raise Stale("That change cannot be taken up without the others beside it.")
    made = wanted if current == old else patch.joined(old, current, wanted)
    if made is None:
        raise Stale("The same words were changed since.")
    if made == current:
        raise Stale("It is in the text already.")
    return made


def _place(block_id: str, here: Sequence[str], order: Sequence[str], standing: Collection[str]) -> int:
    """Return where a block goes: behind the nearest before it that stands where the proposal has it."""
    there = set(here) & set(standing)
    before = (other for other in reversed(order[: order.index(block_id)]) if other in there)
    nearest = next(before, None)
    return 0 if nearest is None else here.index(nearest) + 1


def _texts(operation: Operation) -> set[str]:
    return set() if operation.kind is OperationKind.MOVE else set(operation.old_ids)


def _gaps(operation: Operation, way: Way) -> set[str]:
    """Return the blocks behind which an operation puts something, "" for the beginning."""
    found = set()
    for block_id in operation.places:
        before = way.order[: way.order.index(block_id)]
        found.add(next((other for other in reversed(before) if other in way.settled), ""))
    return found


def _operations(change: Change) -> list[Operation]:
    old, new = tuple(block.html for block in change.old), tuple(block.html for block in change.new)
    if [block.id for block in change.old] != [block.id for block in change.new]:
        kinds = {
            ChangeKind.INSERTED: OperationKind.INSERT, ChangeKind.DELETED: OperationKind.DELETE,
            ChangeKind.SPLIT: OperationKind.SPLIT, ChangeKind.MERGED: OperationKind.MERGE,
        }  # fmt: skip
        return [Operation(kinds.get(change.kind, OperationKind.TURN if old else OperationKind.INSERT), old, new)]
    made = [Operation(OperationKind.MOVE, old, old)] if change.kind is ChangeKind.MOVED else []
    if old != new:
        turned = change.old[0].kind is not change.new[0].kind
        made.append(Operation(OperationKind.TURN if turned else OperationKind.WORDS, old, new))
    return made


def _with_old_ids(was: Sequence[Block], body: str) -> str:
    """Return a body in which each block that was another before has that one's id: typed anew is not new."""
    now = parse(body)
    taken = {block.id for block in now}
    renamed = {
        now[link.new[0]].id: was[link.old[0]].id
        for link in align(was, now)
        if len(link.old) == len(link.new) == 1 and was[link.old[0]].id not in taken
    }
    return _NAMES.sub(lambda found: f'{found[1]}="{renamed.get(found[2], found[2])}"', serialise(now))


def _with_old_ties(was: Sequence[Block], body: str) -> str:
    """Return a body in which a pull quote that says what it said is tied as it was: that is nobody's suggestion."""
    before = {TIE.sub("", block.html): block.html for block in was}
    return "".join(before.get(TIE.sub("", block.html), block.html) for block in parse(body))


_NAMES = re.compile(r'(data-id|data-from)="([^"]*)"')
_ID = re.compile(r'^<[^>]* data-id="([^"]*)"')


def _id(html: str) -> str:
    found = _ID.match(html)
    assert found is not None, "every block of a stored body has an id"
    return found[1]
