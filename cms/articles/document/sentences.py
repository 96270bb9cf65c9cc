"""Says what changed, in the sentences of an editor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from cms.articles.document.blocks import Block, BlockKind
from cms.articles.document.diff import LAYOUT, Change, ChangeKind, Detail
from cms.articles.document.reading import question_and_answer
from cms.articles.document.words import BREAK, NOTE, EditKind, Word, WordEdit
from cms.core.html import text_of
from cms.language import N_, NN_, NUMBERS, Said

# More passages than this are counted, not quoted.
_QUOTED = 3
_LONGEST_QUOTE = 80
_SPELLED = range(2, 5)
#: What blocks are called where several of them came or went; `Block %(block)s` is where an editor finds the rest.
_THINGS = {
    BlockKind.PARAGRAPH: NN_("a paragraph", "%(num)s paragraphs"),
    BlockKind.HEADING: NN_("a section title", "%(num)s section titles"),
    BlockKind.LIST: NN_("a list", "%(num)s lists"),
    BlockKind.QUOTE: NN_("a quote", "%(num)s quotes"),
    BlockKind.RULE: NN_("a dividing line", "%(num)s dividing lines"),
    BlockKind.CODE: NN_("a code listing", "%(num)s code listings"),
    BlockKind.FIGURE: NN_("a picture", "%(num)s pictures"),
    BlockKind.TABLE: NN_("a table", "%(num)s tables"),
    BlockKind.QA: NN_("a question with its answer", "%(num)s questions with their answers"),
    BlockKind.PULL_QUOTE: NN_("a pull quote", "%(num)s pull quotes"),
    BlockKind.CALLOUT: NN_("a callout", "%(num)s callouts"),
    BlockKind.EMBED: NN_("an embed", "%(num)s embeds"),
}
_BLOCKS = ("a block", "%(num)s blocks")
IN_BLOCK = "Block %(block)s: %(what)s."
#: What readers are told, who count no blocks, in the place of what editors are.
FOR_READERS: Mapping[str, tuple[str, str]] = {
    IN_BLOCK: (N_("%(what)s."), ""),
    "%(what)s was added %(place)s.": NN_("%(what)s was added.", "%(what)s were added."),
    "%(what)s was cut %(place)s.": NN_("%(what)s was cut.", "%(what)s were cut."),
    "%(what)s was cut %(place)s: %(gist)s.": (N_("%(what)s was cut: %(gist)s."), ""),
    "The section %(title)s, %(count)s blocks, was moved up; it began at block %(was)s.":
        (N_("The section %(title)s was moved up."), ""),
    "The section %(title)s, %(count)s blocks, was moved down; it began at block %(was)s.":
        (N_("The section %(title)s was moved down."), ""),
    "Block %(block)s was moved up; it was block %(was)s.": (N_("A passage was moved up."), ""),
    "Block %(block)s was moved down; it was block %(was)s.": (N_("A passage was moved down."), ""),
    "Block %(was)s was split in %(count)s, from block %(block)s on.": (N_("A passage was split in %(count)s."), ""),
    "%(count)s blocks were joined as block %(block)s.": (N_("%(count)s passages were joined."), ""),
    "a block": NN_("a passage", "%(num)s passages"),
}  # fmt: skip


def sentences(changes: Sequence[Change]) -> list[str]:
    """Return what changed as editors read it, one sentence for each thing that did, in the order of the text."""
    return [_begun(str(said)) for said in _told(changes)]


def for_readers(changes: Sequence[Change]) -> list[Said]:
    """Return what changed as readers are told it: in any language, and without numbers of blocks."""
    return [_for_readers(said) for said in _told(changes)]


def quoted(text: str) -> Said:
    """Return words in quotation marks."""
    return Said(N_("“%(words)s”"), {"words": text})


def _told(changes: Sequence[Change]) -> Iterator[Said]:
    for run in runs(changes):
        yield from _said(run)


def _for_readers(said: Said) -> Said:
    text, many = FOR_READERS.get(said.text, (said.text, said.many))
    facts = {name: _for_readers(fact) if isinstance(fact, Said) else fact for name, fact in said.facts.items()}
    wanted = {name: fact for name, fact in facts.items() if f"%({name})s" in text + many or (name == "num" and many)}
    return Said(text, wanted, many)


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


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


def details(changes: Iterable[Change]) -> list[str]:
    """Return what changed besides the words: another type, another speaker, another picture."""
    return [f"{_begun(str(_detail(detail)))}." for change in changes for detail in change.details]


def _said(run: Sequence[Change]) -> Iterator[Said]:
    first = run[0]
    match first.kind:
        case ChangeKind.SAME:
            return
        case ChangeKind.INSERTED:
            yield _came_or_went("added", [change.new[0] for change in run], after=first.position - 1)
        case ChangeKind.DELETED:
            yield _came_or_went("cut", [change.old[0] for change in run], after=first.position)
        case ChangeKind.MOVED:
            way = "up" if first.position < first.was_at else "down"
            if len(run) > 1:
                yield Said(
                    f"The section %(title)s, %(count)s blocks, was moved {way}; it began at block %(was)s.",
                    {"title": _quoted(first.new[0].text), "count": len(run), "was": first.was_at},
                )
            else:
                text = f"Block %(block)s was moved {way}; it was block %(was)s."
                yield Said(text, {"block": first.position, "was": first.was_at})
            for change in run:
                yield from _edits(change)
        case ChangeKind.SPLIT:
            yield Said(
                "Block %(was)s was split in %(count)s, from block %(block)s on.",
                {"was": first.was_at, "count": _number(len(first.new)), "block": first.position},
            )
            yield from _edits(first)
        case ChangeKind.MERGED:
            yield Said(
                "%(count)s blocks were joined as block %(block)s.",
                {"count": _number(len(first.old)), "block": first.position},
            )
            yield from _edits(first)
        case ChangeKind.CHANGED:
            yield from _edits(first)


def _edits(change: Change) -> Iterator[Said]:
    edits = [edit for edit in change.words if edit.kind is not EditKind.KEPT and _is_said(edit)]
    old, new, whose = change.old[0], change.new[0], _whose(change)
    if edits and new.kind is BlockKind.HEADING and old.kind is BlockKind.HEADING:
        titles = {"old": _quoted(old.text), "new": _quoted(new.text)}
        yield Said(N_("The section title %(old)s became %(new)s."), titles)
    elif len(edits) > _QUOTED:
        many = Said(N_("%(count)s passages were changed"), {"count": len(edits)})
        yield _in(change, Said(N_("%(whose)s, %(what)s"), {"whose": whose, "what": many}) if whose else many)
    else:
        for said in map(_edit, edits):
            whole = Said(N_("%(whose)s changed: %(what)s"), {"whose": whose, "what": said}) if whose else said
            yield _in(change, whole)
    yield from (_in(change, _detail(detail)) for detail in change.details)
    if change.kind is ChangeKind.CHANGED and not edits and not change.details:
        yield _in(change, Said(N_("only the spacing was changed")))


def _in(change: Change, what: Said) -> Said:
    return Said(IN_BLOCK, {"block": change.position, "what": what})


def _whose(change: Change) -> Said | None:
    """Return whose words changed, where a block has words of somebody: the quote by Ada."""
    old, new = change.old[0], change.new[0]
    if len(change.old) > 1 or len(change.new) > 1 or old.kind is not new.kind:
        return None
    if new.kind is BlockKind.QUOTE:
        return Said(N_("the quote"))
    if new.kind is BlockKind.PULL_QUOTE:
        return Said(N_("the pull quote"))
    if new.kind is not BlockKind.QA:
        return None
    before, after = question_and_answer(old.element), question_and_answer(new.element)
    changed = [text_of([was]) != text_of([now]) for was, now in zip(before, after, strict=True)]
    if all(changed) or not any(changed):
        return None
    part = changed.index(True)
    speaker = after[part].attrs.get("data-speaker", "")
    if not speaker:
        return Said((N_("the question"), N_("the quote"))[part])
    return Said((N_("the question by %(speaker)s"), N_("the quote by %(speaker)s"))[part], {"speaker": speaker})


def _edit(edit: WordEdit) -> Said:
    old, new = _text(edit.old), _text(edit.new)
    words: dict[str, str | int | Said] = {"words": _quoted(new or old)}
    if old == new and _is_relinked(edit):
        return Said(N_("the target of the link %(words)s was changed"), words)
    if old == new and (put_in := _is_linked(edit.new)) != _is_linked(edit.old):
        return Said(N_("a link was put on %(words)s") if put_in else N_("a link was taken off %(words)s"), words)
    if old == new:
        return Said(N_("the formatting of %(words)s was changed"), words)
    if not old:
        return Said(N_("%(words)s was added"), words)
    if not new:
        return Said(N_("%(words)s was cut"), words)
    return Said(N_("%(old)s became %(new)s"), {"old": _quoted(old), "new": _quoted(new)})


def _is_linked(words: Sequence[Word]) -> bool:
    return all(any(f.tag == "a" for f in word.formats) for word in words if not word.is_end)


def _is_relinked(edit: WordEdit) -> bool:
    """Tell whether the words are a link before and after, and only where it leads is different."""
    was, now = ([word.formats for word in side if not word.is_end] for side in (edit.old, edit.new))
    plain = [[[f.tag for f in formats] for formats in side] for side in (was, now)]
    linked = all(any(f.tag == "a" for f in formats) for formats in now)
    return plain[0] == plain[1] and linked and bool(now)


def _detail(detail: Detail) -> Said:
    name = Said(detail.name)
    if detail.name == "type":
        return Said(N_("the %(old)s became a %(new)s"), {"old": Said(detail.old), "new": Said(detail.new)})
    if detail.name in (LAYOUT, "picture", "picture file", "address"):
        return Said(N_("the %(name)s was changed"), {"name": name})
    if not detail.old:
        return Said(N_("the %(name)s %(words)s was added"), {"name": name, "words": _quoted(detail.new)})
    if not detail.new:
        return Said(N_("the %(name)s %(words)s was taken out"), {"name": name, "words": _quoted(detail.old)})
    facts = {"name": name, "old": _quoted(detail.old), "new": _quoted(detail.new)}
    return Said(N_("the %(name)s %(old)s became %(new)s"), facts)


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


def _came_or_went(done: str, blocks: Sequence[Block], *, after: int) -> Said:
    """Say that some blocks were added or cut, and where; a single one that was cut with its first words."""
    only = blocks[0] if len(blocks) == 1 else None
    place = Said("after block %(block)s", {"block": after}) if after else Said("at the start")
    if only is not None and only.kind is BlockKind.HEADING:
        what = Said(N_("the section title %(title)s"), {"title": _quoted(only.text)})
    else:
        kinds = {block.kind for block in blocks}
        one, many = _THINGS[blocks[0].kind] if len(kinds) == 1 else _BLOCKS
        what = Said(one, {"num": len(blocks)}, many)
    if done == "cut" and only is not None and only.text and only.kind is not BlockKind.HEADING:
        gist = _quoted(only.text.rstrip("."))
        return Said("%(what)s was cut %(place)s: %(gist)s.", {"what": what, "place": place, "gist": gist})
    facts: dict[str, int | Said] = {"what": what, "place": place, "num": len(blocks)}
    return Said(f"%(what)s was {done} %(place)s.", facts, f"%(what)s were {done} %(place)s.")


def _number(count: int) -> Said | str:
    return Said(NUMBERS[count]) if count in _SPELLED else str(count)


def _quoted(text: str) -> Said:
    line = " ".join(text.split())
    if len(line) > _LONGEST_QUOTE:
        line = line[:_LONGEST_QUOTE].rsplit(" ", 1)[0].rstrip(",;:.") + "\u2026"
    return quoted(line)
