"""Joins two edits of the same body, block by block, and names what only a person can decide."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cms.articles.document.align import without_ids
from cms.articles.document.blocks import Block, normalise, parse, serialise
from cms.articles.document.diff import Change, ChangeKind, compare_blocks
from cms.articles.document.sentences import sentences


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """One block that both sides changed, as HTML, or '' where it is gone; the joined text has mine, or what is left."""

    base: str
    mine: str
    theirs: str
    block_id: str = ""


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The joined body, the blocks that clash, and sentences on what came in from the other side."""

    html: str
    conflicts: tuple[MergeConflict, ...]
    brought_in: tuple[str, ...]


class Decision(StrEnum):
    """What a person chose for a block that both sides changed."""

    KEEP = "keep"
    THEIRS = "theirs"
    BOTH = "both"
    WITHOUT = "without"


_Blocks = Mapping[str, Block]


def settle(html: str, theirs: str, decisions: Mapping[str, Decision]) -> str:
    """Return a joined body with what was decided for each block that clashed, by its id.

    A block stays as it is, becomes what the other side had, gets that behind it, or goes. What is decided of a block
    that is not there (any more) changes nothing.
    """
    there = _by_id(parse(theirs))
    made: list[str] = []
    for block in parse(html):
        new = there.get(block.id)
        match decisions.get(block.id, Decision.KEEP):
            case Decision.THEIRS if new:
                made.append(new.html)
            case Decision.BOTH if new:
                # Doubled for a moment: `normalise` gives the second one an id of its own.
                made += [block.html] if new.html == block.html else [block.html, new.html]
            case Decision.WITHOUT:
                continue
            case _:
                made.append(block.html)
    return normalise("".join(made))


def merge(base: str, mine: str, theirs: str) -> MergeResult:
    """Return both edits of `base` joined.

    A block that one side touched is as that side has it. Where both changed a block differently, mine stays in the text
    and the clash is named; where one deleted what the other changed, the change stays in the text and is named too.
    Where both moved blocks, all are where they were moved to; where both moved the same one, it is where mine is.
    """
    was, ours, other = parse(base), parse(mine), parse(theirs)
    before, here, there = _by_id(was), _by_id(ours), _by_id(other)
    kept: dict[str, Block] = {}
    conflicts: list[MergeConflict] = []
    for block_id in dict.fromkeys([*before, *here, *there]):
        now, new = here.get(block_id), there.get(block_id)
        chosen = _chosen(before.get(block_id), now, new)
        if chosen:
            kept[block_id] = chosen
        if _clash(before.get(block_id), now, new):
            conflicts.append(MergeConflict(_html(before.get(block_id)), _html(now), _html(new), block_id))
    order = _order(was, ours, other)
    clashing = {conflict.block_id for conflict in conflicts}
    html = normalise(serialise(kept[block_id] for block_id in order if block_id in kept))
    return MergeResult(html, tuple(conflicts), tuple(_brought_in(was, other, here, clashing)))


def _by_id(blocks: Sequence[Block]) -> _Blocks:
    return {block.id: block for block in blocks}


def _chosen(was: Block | None, now: Block | None, new: Block | None) -> Block | None:
    """Return the block that the joined text has, if any."""
    if _same(now, was):
        return new
    if _same(new, was) or now is not None:
        return now
    # Deleted here and changed there: what was written must not be lost unseen.
    return new


def _clash(was: Block | None, now: Block | None, new: Block | None) -> bool:
    return not (_same(now, was) or _same(new, was) or _same(now, new))


def _same(one: Block | None, other: Block | None) -> bool:
    return (one and one.html) == (other and other.html)


def _html(block: Block | None) -> str:
    return block.html if block else ""


def _order(was: Sequence[Block], ours: Sequence[Block], other: Sequence[Block]) -> list[str]:
    """Return all ids in the order of the side that moved something, each other block behind its neighbour."""
    leading, following = (other, ours) if _moved(was, other) else (ours, other)
    order = [block.id for block in leading]
    order = _woven(order, [block.id for block in following])
    order = _woven(order, [block.id for block in was])
    if _moved(was, ours) and _moved(was, other):
        order = _moved_again(order, [block.id for block in ours], _movers(was, ours), _movers(was, other))
    return order


def _moved(was: Sequence[Block], now: Sequence[Block]) -> bool:
    before, after = _by_id(was), _by_id(now)
    return [block.id for block in was if block.id in after] != [block.id for block in now if block.id in before]


def _movers(was: Sequence[Block], now: Sequence[Block]) -> set[str]:
    """Return the fewest blocks that must have been moved: all but a longest stretch that kept its order."""
    place = {block.id: number for number, block in enumerate(was)}
    stayed = [block.id for block in now if block.id in place]
    ends: list[int] = []  # for each length, the place of the last block of the best stretch of that length
    length: dict[str, int] = {}
    for block_id in stayed:
        found = bisect_left(ends, place[block_id])
        ends[found : found + 1] = [place[block_id]]
        length[block_id] = found + 1
    kept, wanted, limit = set(), len(ends), len(was)
    for block_id in reversed(stayed):
        if length[block_id] == wanted and place[block_id] < limit:
            kept.add(block_id)
            wanted, limit = wanted - 1, place[block_id]
    return set(stayed) - kept


def _moved_again(order: Sequence[str], mine: Sequence[str], movers: set[str], theirs: set[str]) -> list[str]:
    """Return the other side's order with my moves made in it, beside neighbours that the other side left alone."""
    result = [block_id for block_id in order if block_id not in movers]
    placed = set(result) - theirs
    for number in reversed(range(len(mine))):
        block_id = mine[number]
        if block_id not in movers:
            continue
        after = next((other for other in mine[number + 1 :] if other in placed), None)
        before = next((other for other in reversed(mine[:number]) if other in placed), None)
        if number == 0:
            result.insert(0, block_id)
        elif after is not None:
            result.insert(result.index(after), block_id)
        else:
            result.insert(result.index(before) + 1 if before is not None else len(result), block_id)
        placed.add(block_id)
    return result


def _woven(order: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the order with the other ids put in, each behind the one that it follows among the others."""
    known, common = set(order), set(others)
    behind: dict[str, list[str]] = {}
    place = ""
    for block_id in others:
        if block_id in known:
            place = block_id
        else:
            behind.setdefault(place, []).append(block_id)
    waiting = behind.get("", [])
    woven: list[str] = []
    for block_id in order:
        # What both added at one place stands together: first what was there in the order, then the others'.
        if block_id in common:
            woven += waiting
            waiting = []
        woven.append(block_id)
        waiting = [*waiting, *behind.get(block_id, [])]
    return woven + waiting


def _brought_in(was: Sequence[Block], other: Sequence[Block], here: _Blocks, clashing: set[str]) -> list[str]:
    """Say what the other side changed that was not here already, and is no clash."""
    return sentences([change for change in compare_blocks(was, other) if _came_in(change, here, clashing)])


def _came_in(change: Change, here: _Blocks, clashing: set[str]) -> bool:
    if any(block.id in clashing for block in (*change.old, *change.new)):
        return False
    if not change.new:
        return any(block.id in here for block in change.old)
    if change.kind is ChangeKind.MOVED:
        return True
    return any(block.id not in here or without_ids(here[block.id]) != without_ids(block) for block in change.new)
