"""Takes a file of words apart: the fields at its head (YAML, TOML or JSON) and the text below them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from datetime import date, datetime, time

import yaml

from cms.core.errors import Invalid
from cms.transfer import decoding, yaml_fields
from cms.transfer.yaml_fields import Fields, Unreadable, Value

MOST_BYTES = 20_000_000
# Both parsers are plain Python and slow on purpose-made input: 100,000 characters of it cost them a second at most.
LONGEST_HEAD = 100_000
MOST_DOTS = 10  # in one TOML key: the parser's cost grows with their square
TOO_BIG = "The file is larger than 20 MB. Articles are text: check that it is the right file, or cut it in two."
TOO_LONG = "The front matter is longer than 100,000 characters. Move the text below the closing line."
TOO_DEEP = "The front matter is nested too deeply. Keep it to a few levels."
DEEPEST = 30

OPENING = re.compile(r"\A\s*(?P<fence>-{3,}|\+{3})[ \t]*(?P<kind>yaml|toml|json)?[ \t]*(?:\n|\Z)", re.IGNORECASE)
CLOSING = {
    "-": re.compile(r"^(?:-{3,}|\.{3})[ \t]*(?:\n|\Z)", re.MULTILINE),
    "+": re.compile(r"^\+{3}[ \t]*(?:\n|\Z)", re.MULTILINE),
}
LOOKS_LIKE_JSON = re.compile(r'\A\s*\{\s*(?:"|\}\s*\Z)')
FIELD_LINE = re.compile(r"^(?P<indent>\s*)(?P<dash>- +)?(?P<key>[\w][\w .-]*):(?:[ \t]+(?P<value>.*))?$")
TOML_KEY = re.compile(r'^\s*(?P<key>[\w-]+|"[^"\n]*")\s*=')
BLOCK_START = re.compile(r"[|>][+-]?\d*[+-]?\s*(?:#.*)?$")
SECOND_KEY = "Cannot overwrite a value"


def split(raw: bytes, *, warnings: list[str] | None = None) -> tuple[Fields, str]:
    """Return the fields and the body of a file; raises Invalid with a sentence that says how to mend it.

    Every value is text, a list or a mapping. `warnings` collects what was mended on the way.
    """
    if len(raw) > MOST_BYTES:
        raise Invalid(TOO_BIG)
    notes = [] if warnings is None else warnings
    text = decoding.to_text(raw, notes)
    try:
        return _split(text, notes)
    except RecursionError as error:  # from any of the three parsers
        raise Invalid(TOO_DEEP) from error


def _split(text: str, notes: list[str]) -> tuple[Fields, str]:
    if LOOKS_LIKE_JSON.match(text):
        return _split_json(text, notes)
    opening = OPENING.match(text)
    if opening is None:
        return {}, text
    fence = opening["fence"][0]
    closing = CLOSING[fence].search(text, opening.end())
    if closing is None:
        return _split_unclosed(text, opening, notes)
    head, body = text[opening.end() : closing.start()], text[closing.end() :]
    fields = _fields(head, _kind(fence, opening["kind"]), notes)
    # A piece may simply begin with a rule: what stands between two of them is then text.
    return ({}, text) if fields is None else (fields, body)


def _kind(fence: str, named: str | None) -> str:
    return named.lower() if named else {"-": "yaml", "+": "toml"}[fence]


def _fields(head: str, kind: str, notes: list[str]) -> Fields | None:
    if len(head) > LONGEST_HEAD:
        raise Invalid(TOO_LONG)
    if kind == "toml":
        return _toml(head, notes)
    if kind == "json":
        return _json(head, notes)[0]
    return _yaml(head, notes)


def _split_unclosed(text: str, opening: re.Match[str], notes: list[str]) -> tuple[Fields, str]:
    """Read a head that nobody closed as far as its first empty line, if all of it looks like fields."""
    lines = text[opening.end() :].split("\n")
    length = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    fence = opening["fence"]
    field = FIELD_LINE if fence[0] == "-" else TOML_KEY
    head = lines[:length]
    looks_right = bool(head) and field.match(head[0]) and all(field.match(x) or x[:1] in " \t-[]#" for x in head)
    if not looks_right:
        if fence[0] == "-":
            return {}, text
        raise Invalid(f"The front matter opens with {fence} but is never closed. Put {fence} on a line below it.")
    notes.append(f"The front matter is not closed; it was read as far as the first empty line. Put {fence} below it.")
    fields = _fields("\n".join(head), _kind(fence[0], opening["kind"]), notes)
    return fields or {}, "\n".join(lines[length:])


# --- YAML


def _yaml(head: str, notes: list[str]) -> Fields | None:
    """Read YAML as it is, or mended line by line, in one way after the other."""
    trouble: Unreadable | None = None
    for mend in (_as_it_is, _without_tabs, _with_quotes, _with_indents_mended, _with_all_quotes):
        found: list[str] = []
        head = mend(head)
        try:
            fields = yaml_fields.read(head, found)
        except Unreadable as error:
            trouble = trouble or error
            continue
        if fields is None:
            return None
        if trouble is not None:
            found.append(f"The front matter was mended near its line {trouble.line}: check the title and the fields.")
        notes.extend(found)
        return _clean(fields)
    if not any(FIELD_LINE.match(line) for line in head.split("\n")):
        return None
    line, problem = (trouble.line, trouble.problem) if trouble else (1, "")
    raise Invalid(
        f"The front matter can't be read near its line {line} ({problem}). "
        "Put the value in quotes, or write it as “key: value”."
    )


def _as_it_is(head: str) -> str:
    return head


def _without_tabs(head: str) -> str:
    return head.replace("\t", "  ")


def _with_quotes(head: str) -> str:
    """Quote what YAML would take for its own signs: `title: Flask: a story`, `title: "So" she said`, `@name`."""
    return _quoted(head, _stands_alone)


def _with_all_quotes(head: str) -> str:
    """Quote also what begins with a quotation mark or a bracket that may be closed further down, but is not."""
    return _quoted(head, _is_whole)


def _quoted(head: str, is_fine: Callable[[str], bool]) -> str:
    lines: list[str] = []
    inside: int | None = None  # the indentation of the key whose block of text we are in
    for line in head.split("\n"):
        indent = len(line) - len(line.lstrip())
        if inside is not None and (not line.strip() or indent > inside):
            lines.append(line)
            continue
        inside = None
        field = FIELD_LINE.match(line)
        if field is None or not field["value"]:
            lines.append(line)
            continue
        value = field["value"].strip()
        if BLOCK_START.match(value):
            inside = indent
        quoted = line[: field.start("value")] + json.dumps(value, ensure_ascii=False)
        lines.append(line if is_fine(value) else quoted)
    return "\n".join(lines)


def _stands_alone(value: str) -> bool:
    """Whether YAML reads the rest of a line as one value (or as the beginning of one that goes on below)."""
    if BLOCK_START.match(value) or (value[0] in "[{" and value[-1] not in "]}"):
        return True
    if value[0] in "\"'" and value.count(value[0]) == 1:
        return True
    return _is_whole(value)


def _is_whole(value: str) -> bool:
    if BLOCK_START.match(value):
        return True
    try:
        node = yaml.compose(value, Loader=yaml.SafeLoader)
    except (*yaml_fields.TROUBLE, RecursionError):
        return False
    return value[0] in "[{" or not isinstance(node, yaml.MappingNode)


def _with_indents_mended(head: str) -> str:
    """Move a field to the left that stands deeper than the one above, where that one already has a value."""
    lines: list[str] = []
    above: re.Match[str] | None = None
    for line in head.split("\n"):
        field = FIELD_LINE.match(line)
        if field and above and above["value"] and field["indent"] > above["indent"] and not field["dash"]:
            line = above["indent"] + line.lstrip()
            field = FIELD_LINE.match(line)
        above = field or above
        lines.append(line)
    return "\n".join(lines)


# --- TOML


def _toml(head: str, notes: list[str]) -> Fields:
    if any(line.split("=")[0].count(".") > MOST_DOTS for line in head.split("\n")):
        raise Invalid("A key in the front matter has too many dots. Write it as a [table].")
    for _ in range(20):
        try:
            return _clean(_plain_mapping(tomllib.loads(head, parse_float=str)))
        except ValueError as error:
            shorter = _without_first_double(head, notes) if SECOND_KEY in str(error) else None
            if shorter is None:
                problem = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "a number is too long"
                raise Invalid(f"The front matter is no valid TOML: {problem}. Mend that line.") from error
            head = shorter
    raise Invalid("The front matter names too many keys twice. Keep one of each.")


def _without_first_double(head: str, notes: list[str]) -> str | None:
    """Return the TOML without the earlier of two lines with the same key in one table, None if there are none."""
    lines = head.split("\n")
    seen: dict[str, int] = {}
    for number, line in enumerate(lines):
        if line.lstrip().startswith("["):
            seen.clear()
        key = TOML_KEY.match(line)
        if key is None:
            continue
        if key["key"] in seen:
            notes.append(f"“{key['key']}” is there twice in the front matter; the last one was taken.")
            del lines[seen[key["key"]]]
            return "\n".join(lines)
        seen[key["key"]] = number
    return None


# --- JSON


def _split_json(text: str, notes: list[str]) -> tuple[Fields, str]:
    start = len(text) - len(text.lstrip())
    fields, end = _json(text[start : start + LONGEST_HEAD], notes)
    return fields, text[start + end :]


def _json(text: str, notes: list[str]) -> tuple[Fields, int]:
    def pairs(found: Sequence[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in found]
        for name in sorted({name for name in names if names.count(name) > 1} if len(names) < 1000 else ()):
            notes.append(f"“{name}” is there twice in the front matter; the last one was taken.")
        return dict(found)

    decoder = json.JSONDecoder(object_pairs_hook=pairs, parse_float=str, parse_int=str, parse_constant=str)
    start = len(text) - len(text.lstrip())
    try:
        found, end = decoder.raw_decode(text, start)
        if not isinstance(found, dict):
            raise Invalid("The front matter in JSON must be one object, { ... }.")
        return _clean(_plain_mapping(found)), end
    except json.JSONDecodeError as error:
        if len(text) >= LONGEST_HEAD:
            raise Invalid(TOO_LONG) from error
        raise Invalid(f"The front matter in JSON can't be read at line {error.lineno}: {error.msg}.") from error


# --- one shape for all three


def _plain_mapping(found: dict[str, object]) -> Fields:
    return {str(key): _plain(value) for key, value in found.items()}


def _plain(value: object) -> Value:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return _plain_mapping(value)
    return str(value)


def _clean(fields: Fields, depth: int = 0) -> Fields:
    """Take out the characters that escapes may have brought in (`\\ud800`, `\\u0000`), and refuse a tower."""
    if depth > DEEPEST:
        raise Invalid(TOO_DEEP)
    return {_clean_text(key): _clean_value(value, depth + 1) for key, value in fields.items()}


def _clean_value(value: Value, depth: int) -> Value:
    if depth > DEEPEST:
        raise Invalid(TOO_DEEP)
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, list):
        return [_clean_value(item, depth + 1) for item in value]
    return _clean(value, depth) if isinstance(value, dict) else value


def _clean_text(text: str) -> str:
    return decoding.UNSHOWABLE.sub("", text)
