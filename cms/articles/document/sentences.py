"""Says what changed, in the sentences of an editor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from cms.articles.document.blocks import Block, BlockKind
from cms.articles.document.diff import LAYOUT, Change, ChangeKind, Detail
from cms.articles.document.reading import question_and_answer
from cms.articles.document.words import BREAK, NOTE, EditKind, Word, WordEdit
from cms.core.html import text_of

# More passages than this are counted, not quoted.
_QUOTED = 3
_LONGEST_QUOTE = 80
_NUMBERS = {2: "two", 3: "three", 4: "four"}


def sentences(changes: Sequence[Change]) -> list[str]:
    """Return what changed, one sentence for each thing that did, in the order of the text."""
    return [sentence for run in runs(changes) for sentence in _said(run)]


def runs(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield the changes that are told of together: additions in a row, cuts at one place, a section that moved."""
    for key, run in groupby(enumerate(changes), key=lambda item: _run_key(*item)):
        together = [change for _, change in run]
        if key[0] is ChangeKind.MOVED:
            yield from _at_titles(together)
        else:
            yield together


def _run_key(index: int, change: Change) -> tuple[ChangeKind, int]:
    if change.kind is ChangeKind.INSERTED:
        return change.kind, change.position - index
    if change.kind is ChangeKind.DELETED:
        return change.kind, change.position
    if change.kind is ChangeKind.MOVED:
        return change.kind, change.was_at - index
    return change.kind, -index


def _at_titles(moved: Sequence[Change]) -> Iterator[list[Change]]:
    """Cut blocks that moved together into sections; what stands before the first title moved by itself."""
    section: list[Change] = []
    for change in moved:
        is_title = change.new[0].kind is BlockKind.HEADING
        if section and not is_title:
            section.append(change)
            continue
        if section:
            yield section
        section = [change] if is_title else []
        if not is_title:
            yield [change]
    if section:
        yield section


def _said(run: Sequence[Change]) -> Iterator[str]:
    first = run[0]
    match first.kind:
        case ChangeKind.SAME:
            return
        case ChangeKind.INSERTED:
            yield f"{_counted([change.new[0] for change in run])} added {_place(first.position - 1)}."
        case ChangeKind.DELETED:
            yield f"{_counted([change.old[0] for change in run])} cut {_place(first.position)}{_gist(run)}."
        case ChangeKind.MOVED:
            way = "up" if first.position < first.was_at else "down"
            if len(run) > 1:
                title = _quoted(first.new[0].text)
                yield f"The section {title}, {len(run)} blocks, was moved {way}; it began at block {first.was_at}."
            else:
                yield f"Block {first.position} was moved {way}; it was block {first.was_at}."
            for change in run:
                yield from _edits(change)
        case ChangeKind.SPLIT:
            yield f"Block {first.was_at} was split in {_number(len(first.new))}, from block {first.position} on."
            yield from _edits(first)
        case ChangeKind.MERGED:
            yield f"{_number(len(first.old)).capitalize()} blocks were joined as block {first.position}."
            yield from _edits(first)
        case ChangeKind.CHANGED:
            yield from _edits(first)


def _edits(change: Change) -> Iterator[str]:
    edits = [edit for edit in change.words if edit.kind is not EditKind.KEPT and _is_said(edit)]
    block = change.new[0]
    if edits and block.kind is BlockKind.HEADING and change.old[0].kind is BlockKind.HEADING:
        yield f"The section title {_quoted(change.old[0].text)} became {_quoted(block.text)}."
    elif len(edits) > _QUOTED:
        whose = _whose(change)
        yield f"Block {change.position}: {f'{whose}, ' if whose else ''}{len(edits)} passages were changed."
    else:
        whose = _whose(change)
        said = f"{whose} changed: " if whose else ""
        yield from (f"Block {change.position}: {said}{_edit(edit)}." for edit in edits)
    yield from (f"Block {change.position}: {_detail(detail)}." for detail in change.details)
    if change.kind is ChangeKind.CHANGED and not edits and not change.details:
        yield f"Block {change.position}: only the spacing was changed."


def _whose(change: Change) -> str:
    """Return whose words changed, where a block has words of somebody: the quote by Ada."""
    old, new = change.old[0], change.new[0]
    if len(change.old) > 1 or len(change.new) > 1 or old.kind is not new.kind:
        return ""
    if new.kind is BlockKind.QUOTE:
        return "the quote"
    if new.kind is BlockKind.PULL_QUOTE:
        return "the pull quote"
    if new.kind is not BlockKind.QA:
        return ""
    before, after = question_and_answer(old.element), question_and_answer(new.element)
    changed = [text_of([was]) != text_of([now]) for was, now in zip(before, after, strict=True)]
    if all(changed) or not any(changed):
        return ""
    part = changed.index(True)
    speaker = after[part].attrs.get("data-speaker", "")
    return f"the {('question', 'quote')[part]}{f' by {speaker}' if speaker else ''}"


def _edit(edit: WordEdit) -> str:
    old, new = _text(edit.old), _text(edit.new)
    if old == new and _is_relinked(edit):
        return f"the target of the link {_quoted(new)} was changed"
    if old == new and (put_in := _is_linked(edit.new)) != _is_linked(edit.old):
        return f"a link was {'put on' if put_in else 'taken off'} {_quoted(new)}"
    if old == new:
        return f"the formatting of {_quoted(new)} was changed"
    if not old:
        return f"{_quoted(new)} was added"
    if not new:
        return f"{_quoted(old)} was cut"
    return f"{_quoted(old)} became {_quoted(new)}"


def _is_linked(words: Sequence[Word]) -> bool:
    return all(any(f.tag == "a" for f in word.formats) for word in words if not word.is_end)


def _is_relinked(edit: WordEdit) -> bool:
    """Tell whether the words are a link before and after, and only where it leads is different."""
    was, now = ([word.formats for word in side if not word.is_end] for side in (edit.old, edit.new))
    plain = [[[f.tag for f in formats] for formats in side] for side in (was, now)]
    linked = all(any(f.tag == "a" for f in formats) for formats in now)
    return plain[0] == plain[1] and linked and bool(now)


def _detail(detail: Detail) -> str:
    if detail.name == LAYOUT:
        return "the layout was changed"
    if detail.name == "type":
        return f"the {detail.old} became a {detail.new}"
    if detail.name in ("picture", "picture file", "address"):
        return f"the {detail.name} was changed"
    if not detail.old:
        return f"the {detail.name} {_quoted(detail.new)} was added"
    if not detail.new:
        return f"the {detail.name} {_quoted(detail.old)} was taken out"
    return f"the {detail.name} {_quoted(detail.old)} became {_quoted(detail.new)}"


def _is_said(edit: WordEdit) -> bool:
    """Tell whether the words are more than ends of items and lines."""
    return bool(_text(edit.old) or _text(edit.new))


def _text(words: Sequence[Word]) -> str:
    return "".join(map(_word, words)).strip()


def _word(word: Word) -> str:
    if word.is_end or word.text == BREAK:
        return " "
    if word.formats and word.formats[-1].tag == NOTE:
        return f" (note: {word.formats[-1].value})"
    return word.space + word.text


def _counted(blocks: Sequence[Block]) -> str:
    kinds = {block.kind for block in blocks}
    label = blocks[0].kind.label if len(kinds) == 1 else "block"
    if len(blocks) > 1:
        plural = label.replace("question with its answer", "questions with their answers")
        return f"{len(blocks)} {plural if plural != label else f'{label}s'} were"
    if label == BlockKind.HEADING.label:
        return f"The section title {_quoted(blocks[0].text)} was"
    return f"{'An' if label[0] in 'aeiou' else 'A'} {label} was"


def _gist(run: Sequence[Change]) -> str:
    """Return the first words of a single block that was cut; a title is quoted already."""
    block = run[0].old[0]
    return (
        f": {_quoted(block.text.rstrip('.'))}"
        if len(run) == 1 and block.text and block.kind is not BlockKind.HEADING
        else ""
    )


def _place(position: int) -> str:
    return f"after block {position}" if position else "at the start"


def _number(count: int) -> str:
    return _NUMBERS.get(count, str(count))


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    if len(line) > _LONGEST_QUOTE:
        line = line[:_LONGEST_QUOTE].rsplit(" ", 1)[0].rstrip(",;:.") + "\u2026"
    return f"\u201c{line}\u201d"
