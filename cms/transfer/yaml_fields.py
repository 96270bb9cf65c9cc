"""Reads YAML front matter as plain text values: no types are guessed, no tags obeyed, no anchors blown up."""

from __future__ import annotations

from typing import TypeAlias

import yaml

from cms.core.errors import Invalid

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Fields: TypeAlias = dict[str, Value]

# Characters of text that the anchors may stand for in all; the classic bomb of 345 bytes stands for 10^9.
MOST_EXPANDED = 2_000_000
COST_OF_A_NODE = 20
STANDARD = "tag:yaml.org,2002:"
PLAIN_TAGS = frozenset(
    STANDARD + name for name in ("str", "null", "bool", "int", "float", "timestamp", "seq", "map", "merge", "value")
)
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
# What PyYAML raises besides its own errors: bad \U escapes and version numbers, and nesting of a thousand levels.
TROUBLE = (yaml.YAMLError, ValueError, OverflowError)


class Unreadable(Exception):
    """The text is no YAML; `line` counts from 1 within the front matter."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


def read(text: str, warnings: list[str]) -> Fields | None:
    """Return the fields of a YAML mapping, None where the text is not a mapping; raises Unreadable, Invalid or,
    for a tower of brackets, RecursionError.

    Every value stays the text that was written: `title: No` is the title "No", and `1.10` is not 1.1.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            return None
        _expanded(node, {})
        return _mapping(node, text, warnings)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(error.problem or error.context or "it is no YAML", mark.line + 1 if mark else 1) from error
    except TROUBLE as error:
        raise Unreadable("it is no YAML", 1) from error


def _expanded(node: yaml.Node, known: dict[int, int]) -> int:
    """Return how much text a node stands for when every anchor is written out; refuses bombs and circles."""
    found = known.get(id(node))
    if found == 0:
        raise Invalid("An anchor in the front matter contains itself. Write the value out instead.")
    if found is not None:
        return found
    known[id(node)] = 0
    if isinstance(node, yaml.ScalarNode):
        cost = COST_OF_A_NODE + len(node.value)
    elif isinstance(node, yaml.MappingNode):
        cost = COST_OF_A_NODE + sum(_expanded(key, known) + _expanded(value, known) for key, value in node.value)
    else:
        cost = COST_OF_A_NODE + sum(_expanded(item, known) for item in node.value)
    if cost > MOST_EXPANDED:
        raise Invalid("The anchors in the front matter repeat each other too often. Write the values out instead.")
    known[id(node)] = cost
    return cost


def _value(node: yaml.Node, text: str, warnings: list[str]) -> Value:
    _check_tag(node)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, text, warnings)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, text, warnings) for item in node.value]
    if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in NOTHING:
        return None
    return str(node.value)


def _mapping(node: yaml.MappingNode, text: str, warnings: list[str]) -> Fields:
    _check_tag(node)
    fields: Fields = {}
    merged: Fields = {}
    for key, value in node.value:
        _check_tag(key)
        if key.tag == STANDARD + "merge":
            for part in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                merged |= _mapping(part, text, warnings) if isinstance(part, yaml.MappingNode) else {}
            continue
        # `{{ page.title }}` without quotes is a mapping whose key is a mapping: keep what was written.
        name = key.value if isinstance(key, yaml.ScalarNode) else text[key.start_mark.index : key.end_mark.index]
        new = _value(value, text, warnings)
        if fields.get(name, new) != new:
            warnings.append(f"“{name}” is there twice in the front matter; the last one was taken.")
        fields[name] = new
    return merged | fields


def _check_tag(node: yaml.Node) -> None:
    if node.tag in PLAIN_TAGS:
        return
    shown = "!!" + node.tag.removeprefix(STANDARD) if node.tag.startswith(STANDARD) else node.tag
    if "python" in node.tag:
        raise Invalid(f"The front matter asks to run code ({shown[:80]}); that is never done. Delete the tag.")
    raise Invalid(f"The front matter uses the YAML tag {shown[:80]}, which is not read. Write the value as plain text.")
