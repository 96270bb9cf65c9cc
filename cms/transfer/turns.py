"""Tells, block by block, who speaks: labels before the words, and questions that stand out without a label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cms.core.html import Element, Node, text_of

# What stands before a colon without anybody speaking.
_NO_SPEAKERS = frozenset(
    """
    note notes nb tip tips warning caution important hint update updates example examples summary tldr disclaimer
    author authors editor editors source sources credit credits photo image figure table step result results
    problem solution pros cons answer answers question questions background conclusion requirements prerequisites
    usage see edit ps time date where when what who how price version status location venue tags keywords
    reference references spoiler correction
    """.split()
)
ASKS = frozenset({"q", "question", "interviewer", "frage", "pregunta"})
ANSWERS = frozenset({"a", "answer", "interviewee", "antwort", "respuesta", "réponse"})
_COLON = re.compile(r"\s*[:：]\s*")
_PLAIN_LABEL = re.compile(r"([^\W\d_][^:：\n?!]{0,59}?)\s*[:：](?=\s|$|[^\x00-\x7f/])\s*")
_WORD = re.compile(r"[^\W\d_]+(?:[.'’\-‐][^\W\d_]+)*\.?")
_LABEL = re.compile(r"[\w\s()/&,+.'’\-‐]+")
_JOINTS = frozenset({"and", "und", "et", "y", "e", "de", "da", "van", "von", "der", "la", "del", "di", "bin", "al"})
_ASKED = re.compile(r"[?？]")
_ASKING = re.compile(
    r"^(?:hello|hi|and|so|but|now|ok|okay|well|first|finally|last|lastly)?\W*(?:tell|describe|explain|share|talk|walk|what|who"
    r"|when|where|why|how|which|can|could|would|will|do|does|did|is|are|was|were|have|has|had|any|háblanos|cuéntanos|qué"
    r"|cómo|cuál|por qué|was|wie|warum|wer|wo|können|quel|quelle|comment|pourquoi)\b",
    re.IGNORECASE,
)
_YOU = re.compile(r"\b(?:you|your|yours|yourself|tú|tu|usted|ustedes|vous|votre|du|dein|sie|ihr)\b", re.IGNORECASE)
_QUESTION_MARK = re.compile(r"^(?:Q|Question|Pregunta|Frage)\s*\d{0,2}\s*[:.)]\s*", re.IGNORECASE)


@dataclass(eq=False)  # two blocks with the same words are two
class Block:
    """One top-level block of the body, and what it says about who speaks in it."""

    element: Element
    label: str = ""  # who speaks, as written; '' where nobody is named
    spoken: list[Node] = field(default_factory=list)  # the words behind the label
    is_bold: bool = False  # all of the words are set off, as questions often are
    is_italic: bool = False

    @property
    def text(self) -> str:
        return text_of([self.element])

    @property
    def asks(self) -> bool:
        """Whether there is a question in it."""
        return bool(_ASKED.search(text_of(self.spoken or [self.element])))


def read_blocks(elements: Iterable[Element]) -> list[Block]:
    """Return the blocks with their labels, whether these turn out to be speakers or not."""
    return [_read(element) for element in elements]


def _read(element: Element) -> Block:
    if element.tag in ("h2", "h3", "h4"):
        return Block(element, spoken=_without_q(element.children))
    if element.tag != "p":
        return Block(element)
    children = [child for child in element.children if not (isinstance(child, str) and not child.strip())]
    bold = bool(children) and all(_is_set_off(child, "strong") for child in children)
    italic = bool(children) and not bold and all(_is_set_off(child, "em") for child in children)
    block = Block(element, is_bold=bold, is_italic=italic, spoken=_bare(element.children) if bold or italic else [])
    found = _label(element.children)
    if found:
        block.label, rest = found
        solid = [child for child in rest if not (isinstance(child, str) and not child.strip())]
        block.is_bold = bool(solid) and all(_is_set_off(child, "strong") for child in solid)
        block.spoken = _bare(rest) if block.is_bold else rest
    return block


def _is_set_off(node: Node, tag: str) -> bool:
    """Whether the node is in this tag from end to end; marks of punctuation may stand outside."""
    if isinstance(node, str):
        return not any(character.isalnum() for character in node)
    if node.tag == tag or node.tag in ("br", "span"):
        return True
    solid = [child for child in node.children if not (isinstance(child, str) and not child.strip())]
    return node.tag in ("em", "strong", "a") and bool(solid) and all(_is_set_off(child, tag) for child in solid)


def _bare(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes without the strong or em around all of them: the form of a question is ours to give."""
    out: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag in ("strong", "em"):
            out.extend(_bare(node.children) if len(node.children) == 1 else node.children)
        else:
            out.append(node)
    return out


def _label(nodes: Sequence[Node]) -> tuple[str, list[Node]] | None:
    """Return the label before the first colon and the words behind it."""
    if not nodes:
        return None
    first = nodes[0]
    if isinstance(first, str):
        found = _PLAIN_LABEL.match(first.lstrip())
        if found is None or not _may_speak(found[1]):
            return None
        return found[1].strip(), _joined(first.lstrip()[found.end() :], nodes[1:])
    if first.tag not in ("strong", "em"):
        return None
    words = text_of(first.children).strip()
    following = nodes[1] if len(nodes) > 1 and isinstance(nodes[1], str) else ""
    if words.endswith((":", "：")) and _may_speak(words[:-1]):
        return words[:-1].strip(), list(nodes[1:])
    if (colon := _COLON.match(following)) and _may_speak(words):
        return words, _joined(following[colon.end() :], nodes[2:])
    inner = _label(first.children)
    if inner is None:
        return None
    return inner[0], [Element(first.tag, {}, inner[1]), *nodes[1:]] if inner[1] else list(nodes[1:])


def _joined(text: str, nodes: Sequence[Node]) -> list[Node]:
    return [text, *nodes] if text else list(nodes)


def _may_speak(label: str) -> bool:
    """Whether a label could be somebody: few words, each with a capital, none that announces something else."""
    label = label.strip()
    if not label or len(label) > 60 or not _LABEL.fullmatch(label):
        return False
    words = _WORD.findall(label)
    if not words or len(words) > 8 or words[0].casefold().rstrip(".") in _NO_SPEAKERS - ASKS - ANSWERS:
        return False
    return all(word.casefold() in _JOINTS or not word[0].islower() for word in words)


def _without_q(nodes: list[Node]) -> list[Node]:
    if nodes and isinstance(nodes[0], str):
        return _joined(_QUESTION_MARK.sub("", nodes[0]), nodes[1:])
    return nodes


def begins_with_q(element: Element) -> bool:
    """Whether a heading says of itself that it is a question (“Q: ...”)."""
    return bool(_QUESTION_MARK.match(text_of([element])))


def is_question(text: str) -> bool:
    """Whether words that are set off ask something: by their sign, or by the way they begin."""
    words = text.strip()
    return bool(_ASKED.search(words)) or bool(_ASKING.match(words) and _YOU.search(words))


def says_you(text: str) -> bool:
    """Whether somebody is spoken to."""
    return bool(_YOU.search(text))


def label_counts(blocks: Iterable[Block]) -> Counter[str]:
    """Return how often each label comes."""
    return Counter(block.label for block in blocks if block.label)
