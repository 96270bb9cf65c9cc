"""Recognises interviews and gives them questions and answers as the body has them.

The rule. A body is an interview in one of these ways, tried in this order; otherwise it is left as it is.
1. Labels: paragraphs begin with a name, initials or Q/A and a colon. Two speakers or more, four turns or more, two
   turns with a question mark by the one who asks; and somebody is known by name (credits, title, text), or a sign in
   title, tags or opening says that it is an interview. Q and A alone are not enough: lists of frequent questions have
   them too.
2. Questions in bold or in italics, each a paragraph of its own; three or more, most of them questions, and a sign of an
   interview, or most of them speaking to “you”.
3. Questions as headings; three or more, and at least six in ten of their rank, with a sign of an interview.
4. A numbered list whose items begin with a question in bold; three or more, with a sign of an interview.
Whatever an answer holds stays in it, up to the next question, heading or rule. No word is dropped but the labels,
which become `data-speaker`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cms.core.html import Element, Node, blocks, clean_body, text_of, write
from cms.transfer import turns
from cms.transfer.names import Roster, initials, names_in, names_of_label
from cms.transfer.piece import Credited
from cms.transfer.turns import Block

LEAST_TURNS = 4
LEAST_QUESTIONS = 3
LEAST_SHARE_OF_HEADINGS = 0.6
HEADINGS = ("h2", "h3", "h4")
BODY_OF_ITEM = ("p", "ul", "ol", "blockquote", "pre")
# What a question may go on with; a picture or a listing after it belongs to the answer.
OF_A_QUESTION = ("p", "ul", "ol", "blockquote")
_SIGN = re.compile(
    r"\binterview(?:s|ed|ee|ees|er|ers|ing)?\b|\bq\s*&(?:amp;)?\s*a\b|\b(?:talked|spoke|speak|speaking|chatted|sat\s+down|talk)"
    r"\s+(?:with|to)\b|\b(?:conversation|chat)\s+with\b|\bmet\s+up\s+with\b|\bentrevist\w*|\bentretien\b|\bgespräch\s+mit\b"
    r"|\b(?:conversamos|hablamos|charlamos)\s+con\b|\bconversación\s+con\b",
    re.IGNORECASE,
)
_I_AM = re.compile(r"\b(?:I am|I['’]m|my name is|soy|je suis|ich bin|ich heiße)\b", re.IGNORECASE)
_THANKS = re.compile(r"^\W*(?:thank you|thanks|gracias|merci|danke)\b", re.IGNORECASE)
_INITIALS_BEHIND = re.compile(r"\(([A-Z]{2,4})\)")


@dataclass(frozen=True)
class Interview:
    """The body with its questions and answers, and who asked and who answered, as far as the text tells."""

    html: str
    askers: tuple[Credited, ...]
    answerers: tuple[Credited, ...]


def has_sign(text: str) -> bool:
    """Whether the words say that this is an interview."""
    return bool(_SIGN.search(text))


def arrange(
    html: str,
    *,
    hosts: Sequence[Credited] = (),
    guests: Sequence[Credited] = (),
    is_announced: bool = False,
) -> Interview | None:
    """Return the body as questions and answers, or None if it is no interview.

    `hosts` are those who probably ask (the authors), `guests` those who surely answer; `is_announced` says that the
    title, the tags or the front matter call it an interview.
    """
    read = turns.read_blocks(blocks(html))
    if any(block.element.tag == "section" for block in read):
        return None
    opening = " ".join(block.text for block in read[:12])[:4_000]
    scene = _Scene(read, hosts, guests, is_announced=is_announced or has_sign(opening))
    for way in (_by_labels, _by_set_off, _by_headings, _by_list):
        roles = way(scene)
        if roles is not None:
            return scene.arranged(roles)
    return None


@dataclass
class _Roles:
    """Which blocks ask, and which of the labelled ones begin an answer; all others go on with what is open."""

    asking: set[Block]
    answering: set[Block]


class _Scene:
    """Everything that the ways of recognition look at."""

    def __init__(
        self, read: list[Block], hosts: Sequence[Credited], guests: Sequence[Credited], *, is_announced: bool
    ) -> None:
        self.blocks = read
        self.hosts = hosts
        self.guests = guests
        self.is_announced = is_announced
        self.roster = Roster([*hosts, *guests])
        self.counts = turns.label_counts(read)
        # Who speaks only once is told from a heading by presenting themselves: “Imke: Hello, I am Imke ...”.
        self._presented = {
            block.label
            for block in read
            if block.label in (words := text_of(block.spoken)) and _I_AM.search(words[:200])
        }
        self._learn()

    def _learn(self) -> None:
        """Find out whom the labels mean: from each other, from names with initials behind them, from the text."""
        for label in self.counts:
            self.roster.learn(label)
        wanted = {label for label in self.counts if not self.roster.parts(label)}
        if not wanted:
            return
        texts = [block.text for block in self.blocks]
        for text in texts:
            for found in _INITIALS_BEHIND.finditer(text):
                before = text[max(0, found.start() - 80) : found.start()].rstrip()
                name = next(iter(list(names_in(before))[-1:]), "")
                if found[1] in wanted and name and before.endswith(name):
                    self.roster.learn(f"{name} ({found[1]})")
        short = {part for label in wanted for part in names_of_label(label)}
        for name, times in Counter(name for text in texts for name in names_in(text)).items():
            first, letters = name.split()[0], initials(name)
            # A label is not its own proof: “Getting Started: ...” is no person.
            is_meant = name in short and times > self.counts[name]
            if (
                is_meant
                or first in short
                or letters in short
                or any(len(one) > 2 and first.startswith(one) for one in short)
            ):
                self.roster.add(Credited(name))
        for label in self.counts:
            self.roster.learn(label)

    def is_sign(self, label: str) -> bool:
        """Whether a label is Q or A, rather than somebody called A: only where there is a Q at all."""
        return label.casefold() in turns.ASKS | turns.ANSWERS and any(
            one.casefold() in turns.ASKS for one in self.counts
        )

    def known(self, label: str) -> list[str]:
        """Return the people whom a label names, [] where nobody is known by it."""
        return [] if self.is_sign(label) else self.roster.parts(label)

    def who(self, label: str) -> str:
        """Return the full name for a label, or the label itself."""
        return label if self.is_sign(label) else self.roster.resolve(label) or label

    def is_somebody(self, label: str) -> bool:
        """Whether a label is a speaker: a known name, Q or A or initials that come again, or any word thrice.

        Twice is enough for a single word where the name of somebody else is known.
        """
        if self.known(label):
            return True
        times = self.counts[label]
        if times == 1:
            return label in self._presented
        is_short = self.is_sign(label) or (label.isupper() and len(label) < 5)
        if is_short or (" " not in label and any(self.known(one) for one in self.counts)):
            return times > 1
        return times > 2

    def arranged(self, roles: _Roles) -> Interview:
        writer = _Writer(self, roles)
        for block in self.blocks:
            writer.take(block)
        writer.finish()
        return Interview(
            clean_body(write(writer.out)),
            tuple(self.roster.credited(name) for name in writer.askers),
            tuple(self.roster.credited(name) for name in writer.answerers),
        )


# --- the four ways


def _by_labels(scene: _Scene) -> _Roles | None:
    speaking = [block for block in scene.blocks if block.label and scene.is_somebody(block.label)]
    speakers = list(dict.fromkeys(scene.who(block.label) for block in speaking))
    bold = [block for block in scene.blocks if not block.label and block.is_bold and turns.is_question(block.text)]
    if len(speaking) + len(bold) < LEAST_TURNS or not speakers:
        return None
    is_known = any(scene.known(block.label) for block in speaking)
    if not is_known and not scene.is_announced:
        return None
    askers = _askers(scene, speaking, speakers)
    if len(bold) >= LEAST_QUESTIONS and not askers:
        return _Roles(set(bold), set(speaking))
    if len(speakers) < 2 or not askers:
        return None
    asking = {block for block in speaking if scene.who(block.label) in askers}
    return _Roles(asking, set(speaking) - asking)


def _askers(scene: _Scene, speaking: Sequence[Block], speakers: Sequence[str]) -> set[str]:
    """Return those who ask: the hosts among the speakers, or else whoever asks most."""
    turns_of = Counter(scene.who(block.label) for block in speaking)
    asked = Counter(scene.who(block.label) for block in speaking if block.asks)
    guests = {guest.name for guest in scene.guests}
    marked = {speaker for speaker in speakers if speaker.casefold() in turns.ASKS}
    hosts = {host.name for host in scene.hosts} - guests
    found = marked or {speaker for speaker in speakers if asked[speaker] and _are(speaker, hosts, scene)}
    if not found:
        rest = [speaker for speaker in speakers if speaker not in guests and speaker.casefold() not in turns.ANSWERS]
        best = max(rest, key=lambda speaker: asked[speaker] / turns_of[speaker], default=None)
        found = {best} if best is not None and asked[best] / turns_of[best] >= 0.3 else set()
    return found if sum(asked[speaker] for speaker in found) > 1 else set()


def _are(speaker: str, names: set[str], scene: _Scene) -> bool:
    return speaker in names or ((parts := scene.known(speaker)) != [] and set(parts) <= names)


def _by_set_off(scene: _Scene) -> _Roles | None:
    for kind in ("is_bold", "is_italic"):
        set_off = [block for block in scene.blocks if getattr(block, kind) and not block.label]
        asking = [block for block in set_off if turns.is_question(block.text)]
        spoken_to = sum(turns.says_you(block.text) for block in asking)
        is_enough = len(asking) >= LEAST_QUESTIONS and 2 * len(asking) > len(set_off)
        if is_enough and (scene.is_announced or (len(asking) > LEAST_QUESTIONS and 5 * spoken_to >= 3 * len(asking))):
            return _Roles(set(asking), _known(scene))
    return None


def _by_headings(scene: _Scene) -> _Roles | None:
    if not scene.is_announced:
        return None
    for rank in HEADINGS:
        headings = [block for block in scene.blocks if block.element.tag == rank]
        asking = [block for block in headings if block.asks or turns.begins_with_q(block.element)]
        if len(asking) >= LEAST_QUESTIONS and len(asking) >= LEAST_SHARE_OF_HEADINGS * len(headings):
            return _Roles(set(asking), _known(scene))
    return None


def _by_list(scene: _Scene) -> _Roles | None:
    if not scene.is_announced:
        return None
    whole = set(scene.blocks)
    parted = [part for block in scene.blocks for part in _items(block)]
    asking = [block for block in parted if block.is_bold and block not in whole and turns.is_question(block.text)]
    if len(asking) < LEAST_QUESTIONS:
        return None
    scene.blocks = parted
    return _Roles(set(asking), _known(scene))


def _items(block: Block) -> list[Block]:
    """Return the blocks in a numbered list, if each of its items begins with a question; or the block as it is."""
    if block.element.tag != "ol":
        return [block]
    parts: list[Element] = []
    for item in block.element.elements():
        head = [child for child in item.children if not isinstance(child, Element) or child.tag not in BODY_OF_ITEM]
        rest = [child for child in item.children if isinstance(child, Element) and child.tag in BODY_OF_ITEM]
        parts.extend([Element("p", {}, head)] if head else [])
        parts.extend(rest)
        if not parts or not (first := turns.read_blocks([parts[-len(rest) - bool(head)]])) or not first[0].is_bold:
            return [block]
    return turns.read_blocks(parts)


def _known(scene: _Scene) -> set[Block]:
    return {block for block in scene.blocks if block.label and scene.known(block.label)}


# --- the writing


class _Writer:
    """Writes blocks one after the other, and puts those that belong together into sections."""

    def __init__(self, scene: _Scene, roles: _Roles) -> None:
        self.out: list[Node] = []
        self.askers: dict[str, None] = {}
        self.answerers: dict[str, None] = {}
        self._scene = scene
        self._roles = roles
        hosts = [host.name for host in scene.hosts if host not in scene.guests]
        self._host = hosts[0] if len(hosts) == 1 else ""
        self._guest = scene.guests[0].name if len(scene.guests) == 1 else ""
        self._clear()

    def _clear(self) -> None:
        self._question: list[Node] = []
        self._asker = ""
        self._after: list[Element] = []  # what follows the question, until it is clear to whom it belongs
        self._answer: list[Element] = []
        self._answerer = ""
        self._is_labelled = False

    def take(self, block: Block) -> None:
        """Take in the next block."""
        if block in self._roles.asking:
            self._flush()
            self._is_labelled = bool(block.label)
            self._asker = self._said(block.label, self.askers) or self._host
            self._question = block.spoken or block.element.children
        elif block in self._roles.answering:
            self._begin_answer(block)
        elif block.element.tag in (*HEADINGS, "hr"):
            closing = self._notes()
            self._flush()
            self.out.extend([*closing, block.element])
        elif self._answer:
            self._answer.append(block.element)
        elif self._question:
            self._after.append(block.element)
        else:
            self.out.append(block.element)

    def finish(self) -> None:
        """Close what is open; the thanks that end a piece are not part of the last answer."""
        closing = self._notes()
        while len(self._answer) > 1 and _THANKS.match(text_of([self._answer[-1]])):
            closing = [self._answer.pop(), *self._notes(), *closing]
        self._flush()
        self.out.extend(closing)

    def _notes(self) -> list[Element]:
        """Take the paragraphs in italics off the end of the answer: there the magazine speaks, not the guest."""
        notes: list[Element] = []
        while len(self._answer) > 1:
            last = turns.read_blocks(self._answer[-1:])[0]
            if not last.is_italic or last.label:
                break
            notes.insert(0, self._answer.pop())
        return notes

    def _begin_answer(self, block: Block) -> None:
        if self._answer:
            self._flush()
        if self._after and all(element.tag in OF_A_QUESTION for element in self._after):
            self._question = [Element("p", {}, self._question), *self._after]
        else:
            self._answer = self._after
        self._after = []
        self._answerer = self._said(block.label, self.answerers)
        if text_of(block.spoken).strip():
            self._answer.append(Element("p", {}, block.spoken))
        else:
            self._answer.append(Element("p", {}, []))  # the label stood alone; the words follow in blocks of their own

    def _said(self, label: str, into: dict[str, None]) -> str:
        """Return who speaks under a label, and remember them."""
        if not label:
            return ""
        if self._scene.is_sign(label):
            return self._host if label.casefold() in turns.ASKS else self._guest
        names = self._scene.known(label)
        into.update(dict.fromkeys(names or ([label] if not label.isupper() else [])))
        return self._scene.who(label)

    def _flush(self) -> None:
        """Write the question and the answer that are open."""
        plain: list[Element] = []
        if self._after and self._is_labelled and not turns.Block(Element("p", {}, self._question)).asks:
            plain, self._after = self._after, []  # “Thank you!”, and what the magazine says at the end
        answer = self._answer or self._after
        if self._question or answer:
            speaker = self._answerer or ("" if self._is_labelled else self._guest)
            parts = [
                Element("div", _spoken("qa-question", self._asker if self._question else ""), self._question),
                Element("div", _spoken("qa-answer", speaker if answer else ""), [*answer]),
            ]
            self.out.append(Element("section", {"class": "qa"}, [*parts]))
        self.out.extend(plain)
        self._clear()


def _spoken(kind: str, speaker: str) -> dict[str, str]:
    return {"class": kind, "data-speaker": speaker} if speaker else {"class": kind}
