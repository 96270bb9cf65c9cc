"""Which block became which: by id first, then by words, then by what was split, joined and moved."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from cms.articles.document.blocks import Block

JOINED = 0.8
SIMILAR = 0.4
# A piece that makes the whole so little more alike was written, not cut off.
_WORTH_IT = 0.05
# A paragraph is rarely cut into more; every further part is another comparison.
_PARTS = 4
# Above this many pairs in one gap the blocks are only compared with those near their own place.
_MANY_PAIRS = 40_000
_NEAR = 20
# Above this product of lengths, what two blocks have in common is counted and not aligned.
_MANY_WORDS = 4_000_000
# From here on, blocks that come very often (empty cells, rules) are not used to align.
_MANY_BLOCKS = 2_000
_WORD = re.compile(r"\w+")
#: What ties a pull quote to the block that its words are taken from: the editor finds it, and no reader sees it.
TIE = re.compile(r' data-from="[^"]*"')


@dataclass(frozen=True, slots=True)
class Link:
    """Blocks before and the blocks that they became, by position; `moved` where the order changed."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool = False


@dataclass(frozen=True, slots=True)
class _Free:
    """The blocks that no id places, and on which side of a block to look for them."""

    old: Set[int]
    new: Set[int]
    step: int


class _Side:
    """The blocks of one version, with what is compared of them."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.words = [_WORD.findall(block.text.lower()) for block in blocks]
        self.sets = [frozenset(words) for words in self.words]
        # A picture or a rule has no words; then its HTML speaks for it.
        self.texts = [block.text or without_ids(block) for block in blocks]


def without_ids(block: Block) -> str:
    """Return the block's HTML without its id and those of what its pull quotes are tied to: what a reader would see."""
    return TIE.sub("", block.html.replace(f' data-id="{block.id}"', "", 1))


def align(old: Sequence[Block], new: Sequence[Block]) -> list[Link]:
    """Return links that name every old and every new block once."""
    before, after = _Side(old), _Side(new)
    places = {block.id: position for position, block in enumerate(new)}
    same_id = [(i, places[block.id]) for i, block in enumerate(old) if block.id in places]
    in_order = _longest_in_order(same_id)
    anchors = [Link((i,), (j,)) for i, j in in_order]
    links = [Link((i,), (j,), moved=True) for i, j in sorted(set(same_id) - set(in_order))]
    free_old = set(range(len(old))) - {i for i, _ in same_id}
    free_new = set(range(len(new))) - {j for _, j in same_id}
    for number, link in enumerate(anchors):
        for step in (1, -1):
            if len(link.old) == len(link.new) == 1:
                link = _widened(before, after, link, _Free(free_old, free_new, step))
        anchors[number] = link
        free_old -= set(link.old)
        free_new -= set(link.new)
    edges = [(-1, -1), *in_order, (len(old), len(new))]
    for (i, j), (next_i, next_j) in pairwise(edges):
        left = [k for k in range(i + 1, next_i) if k in free_old]
        came = [k for k in range(j + 1, next_j) if k in free_new]
        links.extend(_gap(before, after, left, came))
    return _with_moves(before, after, [*anchors, *links])


def _longest_in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the most pairs that are in the same order on both sides; the others moved."""
    tails: list[int] = []
    chain: list[int] = []
    previous: list[int] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(tails, j)
        previous.append(chain[length - 1] if length else -1)
        if length == len(tails):
            tails.append(j)
            chain.append(index)
        else:
            tails[length], chain[length] = j, index
    found: list[tuple[int, int]] = []
    index = chain[-1] if chain else -1
    while index >= 0:
        found.append(pairs[index])
        index = previous[index]
    return found[::-1]


def _widened(before: _Side, after: _Side, link: Link, free: _Free) -> Link:
    """Return the link with the new blocks beside it that were split off, or the old ones that were joined to it."""
    (i,), (j,) = link.old, link.new
    if before.texts[i] == after.texts[j]:
        return link
    parts = (j, *_run(j, free.new, free.step))
    if count := _best_join(before, i, after, parts, free.step):
        return Link(link.old, tuple(sorted(parts[:count])))
    parts = (i, *_run(i, free.old, free.step))
    if count := _best_join(after, j, before, parts, free.step):
        return Link(tuple(sorted(parts[:count])), link.new)
    return link


def _gap(before: _Side, after: _Side, left: list[int], came: list[int]) -> Iterator[Link]:
    """Link what stands between two anchors, by words."""
    while left and came and before.texts[left[0]] == after.texts[came[0]]:
        yield Link((left.pop(0),), (came.pop(0),))
    tail: list[Link] = []
    while left and came and before.texts[left[-1]] == after.texts[came[-1]]:
        tail.append(Link((left.pop(),), (came.pop(),)))
    texts, new_texts = [before.texts[i] for i in left], [after.texts[j] for j in came]
    matcher = SequenceMatcher(None, texts, new_texts, autojunk=len(texts) + len(new_texts) > _MANY_BLOCKS)
    for tag, i, next_i, j, next_j in matcher.get_opcodes():
        if tag == "equal":
            yield from (Link((a,), (b,)) for a, b in zip(left[i:next_i], came[j:next_j], strict=True))
        else:
            yield from _unequal(before, after, left[i:next_i], came[j:next_j])
    yield from tail


def _unequal(before: _Side, after: _Side, left: list[int], came: list[int]) -> Iterator[Link]:
    if left and came:
        for link in _joins(before, after, left, came):
            left = [i for i in left if i not in link.old]
            came = [j for j in came if j not in link.new]
            yield link
        for link in _pairs(before, after, left, came):
            left.remove(link.old[0])
            came.remove(link.new[0])
            yield link
    yield from (Link((i,), ()) for i in left)
    yield from (Link((), (j,)) for j in came)


def _joins(before: _Side, after: _Side, left: Sequence[int], came: Sequence[int]) -> list[Link]:
    """Return the blocks that were split into neighbours, and those that neighbours were joined to."""
    if len(left) * len(came) > _MANY_PAIRS:
        return []
    split = [Link((whole,), parts) for whole, parts in _cut(before, left, after, came)]
    left = [i for i in left if all(i not in link.old for link in split)]
    came = [j for j in came if all(j not in link.new for link in split)]
    return [*split, *(Link(parts, (whole,)) for whole, parts in _cut(after, came, before, left))]


def _cut(
    side: _Side, wholes: Sequence[int], other: _Side, pieces: Sequence[int]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the blocks of one side that the other has in pieces, with the pieces."""
    free = set(pieces)
    for whole in wholes:
        for first in pieces:
            parts = (first, *_run(first, free, 1))
            if first in free and (count := _best_join(side, whole, other, parts, 1)):
                free -= set(parts[:count])
                yield whole, parts[:count]
                break


def _run(position: int, free: Set[int], step: int) -> tuple[int, ...]:
    """Return the free positions right beside this one, as many as a block may have other parts."""
    run: list[int] = []
    while len(run) < _PARTS - 1 and (position := position + step) in free:
        run.append(position)
    return tuple(run)


def _best_join(side: _Side, whole: int, other: _Side, parts: Sequence[int], step: int) -> int:
    """Return how many of the parts together make the whole best, 0 where they do not do so better than the first."""
    best, found = JOINED, 0
    for count in range(2, len(parts) + 1):
        # Lengths, then bags of words, are bounds of the ratio and far cheaper: nearly all end here.
        lengths = sum(len(other.words[part]) for part in parts[:count]), len(side.words[whole])
        if 2 * min(lengths) <= best * sum(lengths):
            if lengths[0] > lengths[1]:
                break
            continue
        joined = [word for part in parts[:count][::step] for word in other.words[part]]
        if _alike(Counter(joined), Counter(side.words[whole])) <= best:
            continue
        best = max(best, _ratio(side.words[whole], other.words[parts[0]]) + _WORTH_IT)
        ratio = _ratio(side.words[whole], joined)
        if ratio > best:
            best, found = ratio, count
    return found


def _ratio(old: Sequence[str], new: Sequence[str]) -> float:
    if len(old) * len(new) > _MANY_WORDS:
        return _alike(Counter(old), Counter(new))
    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def _alike(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / ((one.total() + other.total()) or 1)


def _pairs(before: _Side, after: _Side, left: Sequence[int], came: Sequence[int]) -> list[Link]:
    """Return the likeliest pairs of one old and one new block that keep the order."""
    if len(left) * len(came) > _MANY_PAIRS:
        return _near_pairs(before, after, left, came)
    scores = [[_similarity(before, after, i, j) for j in came] for i in left]
    best = [[0.0] * (len(came) + 1) for _ in range(len(left) + 1)]
    for a in range(len(left) - 1, -1, -1):
        for b in range(len(came) - 1, -1, -1):
            paired = scores[a][b] + best[a + 1][b + 1] if scores[a][b] >= SIMILAR else 0.0
            best[a][b] = max(paired, best[a + 1][b], best[a][b + 1])
    found: list[Link] = []
    a = b = 0
    while a < len(left) and b < len(came):
        if scores[a][b] >= SIMILAR and best[a][b] == scores[a][b] + best[a + 1][b + 1]:
            found.append(Link((left[a],), (came[b],)))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return found


def _near_pairs(before: _Side, after: _Side, left: Sequence[int], came: Sequence[int]) -> list[Link]:
    """Return good pairs where trying all would take too long: the best of the next few for each."""
    found: list[Link] = []
    start = 0
    for i in left:
        near = range(start, min(start + _NEAR, len(came)))
        best = max(near, key=lambda b: _similarity(before, after, i, came[b]), default=None)
        if best is not None and _similarity(before, after, i, came[best]) >= SIMILAR:
            found.append(Link((i,), (came[best],)))
            start = best + 1
    return found


def _similarity(before: _Side, after: _Side, i: int, j: int) -> float:
    old, new = before.sets[i], after.sets[j]
    if not old and not new:
        return SIMILAR if before.blocks[i].kind is after.blocks[j].kind else 0.0
    return 2 * len(old & new) / (len(old) + len(new))


def _with_moves(before: _Side, after: _Side, links: Sequence[Link]) -> list[Link]:
    """Return the links with what was taken out here and put in there joined to one."""
    came: dict[str, list[int]] = {}
    for link in links:
        if not link.old:
            came.setdefault(after.texts[link.new[0]], []).append(link.new[0])
    moved: dict[int, int] = {}
    for link in links:
        if not link.new and (places := came.get(before.texts[link.old[0]])):
            moved[link.old[0]] = places.pop(0)
    arrived = set(moved.values())
    kept = [
        link
        for link in links
        if not (not link.new and link.old[0] in moved) and not (not link.old and link.new[0] in arrived)
    ]
    return [*kept, *(Link((i,), (j,), moved=True) for i, j in moved.items())]
