"""Reads who did what: author strings of all kinds, bylines in the text, and the guest whom a title names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape

from cms.core.html import Element, Node, clean_text, text_of
from cms.transfer.names import initials, is_capitalised, is_name, is_team, names_in, without_title
from cms.transfer.piece import Credited
from cms.transfer.yaml_fields import Value

MOST_PEOPLE = 100
LONGEST_NAME = 160
_NAME_KEYS = ("name", "author", "title", "display_name", "displayname", "full_name", "fullname", "full", "literal")
_PLACE_KEYS = (
    "affiliation",
    "affiliations",
    "organization",
    "organisation",
    "org",
    "company",
    "institution",
    "employer",
)
_ADDRESS_KEYS = ("url", "link", "website", "homepage", "uri", "site", "web", "orcid", "github", "twitter")
_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s+\"[^\"]*\")?\s*\)")
_ANCHOR = re.compile(r"<a\s[^>]*href=[\"']([^\"']*)[\"'][^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_HTML = re.compile(r"<[A-Za-z/!][^<>]*>")
_MAIL = re.compile(r"<?\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?")
_LEADING = re.compile(
    r"^(?:(?:written|posted|text|words|story|interviewed|by|authors?|autore?s?|auteurs?|von|por|par)\b[\s:]*)+(?=\S)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*(?:;|,|\||·|•|\s/\s|\n)\s*")
_JOINT = re.compile(r"\s+(?:and|und|et|y|e|&|\+)\s+|^(?:and|und|et|y|&)\s+")
_JOINTS = frozenset({"and", "und", "et", "y", "e", "by", "the"})
_AFFILIATION = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_BEHALF = re.compile(r"\s+(?:on behalf of|for|from|of|at)\s+(?:the\s+)?(.+)$", re.IGNORECASE)
_COMPANY = re.compile(r"\b(?:Inc|Ltd|LLC|GmbH|Corp|University|Institute|Foundation|Labs|College|AG|SA|Company)\b\.?")
_DEGREE = re.compile(r"^(?:Ph\.?\s?D\.?|M\.?D\.?|MSc|BSc|MBA|Jr\.?|Sr\.?|II|III|Esq\.?)$", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,}/\S*)", re.IGNORECASE)
_HANDLE = re.compile(r"@?[\w.-]*[\w]", re.ASCII)
_SLUG = re.compile(r"[a-z]{2,}(?:[-_][a-z]{2,}){1,3}")

_LABELS = {
    "authors": "author authors written text words autor autora autores autoras auteur auteurs autrice verfasser",
    "interviewers": "interviewer interviewers interviewed",
    "interviewees": "interviewee interviewees guest guests",
    "editors": "editor editors edited",
}
_ROLE_OF = {word: role for role, words in _LABELS.items() for word in words.split()}
_BY = re.compile(r"^(?:by|von|por|par)\s+(.+?)\.?$", re.IGNORECASE | re.DOTALL)

_GUEST = re.compile(
    r"(?:^|\b)(?:interview(?:s|ed|ing)?(?:\s+(?:with|of))?|(?:in\s+)?conversation\s+with|q\s*&\s*a\s+with|chat\s+with"
    r"|(?:talk|talking|talks)\s+(?:with|to)|questions\s+(?:for|to)|entrevista(?:\s+(?:a|con|com))?|entretien\s+avec"
    r"|interview\s+mit|gespräch\s+mit)\b\s*[:–—-]?\s*(.+)$",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"(?:^|[:–—]\s*)(?:introducing|meet|meeting|presenting|spotlight\s*(?:on)?\s*[:–—]?|.*\bspotlight\s*[:–—]|\.?\w+\s*:)\s*(.+)$",
    re.IGNORECASE,
)


def credited(value: Value) -> tuple[Credited, ...]:
    """Return the people that a field of front matter names, each once, in order."""
    people: dict[str, Credited] = {}
    for person in _people(value):
        if person.name and len(person.name) <= LONGEST_NAME and len(people) < MOST_PEOPLE:
            known = people.get(person.name.casefold())
            people[person.name.casefold()] = person if known is None else known
    return tuple(people.values())


def _people(value: Value) -> Iterable[Credited]:
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, list):
        return [person for item in value for person in _people(item)]
    if isinstance(value, dict):
        return _from_mapping(value)
    return []


def _from_mapping(value: dict[str, Value]) -> list[Credited]:
    fields = {key.lower(): item for key, item in value.items()}
    name = (
        _text(fields, _NAME_KEYS) or f"{_text(fields, ('first', 'given'))} {_text(fields, ('last', 'family'))}".strip()
    )
    if not name:
        # `authors: {Jane Doe: {affiliation: ...}}`
        named = ((key, item) for key, item in value.items() if is_name(key))
        return [
            p for key, item in named for p in _from_mapping({**(item if isinstance(item, dict) else {}), "name": key})
        ]
    place, address = _text(fields, _PLACE_KEYS), _text(fields, _ADDRESS_KEYS)
    found = _from_text(name)
    if len(found) == 1:
        one = found[0]
        return [Credited(one.name, one.affiliation or clean_text(place), one.url or _address(address))]
    return found


def _text(fields: dict[str, Value], keys: Sequence[str]) -> str:
    for key in keys:
        value = fields.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _from_text(text: str) -> list[Credited]:
    """Read one string, which may name several people."""
    addresses: list[tuple[str, str]] = []

    def keep(name: str, address: str) -> str:
        addresses.append((clean_text(_HTML.sub("", name)), address))
        return name

    text = _ANCHOR.sub(lambda found: keep(found[2], found[1]), text[:5_000])
    text = _LINK.sub(lambda found: keep(found[1], found[2]), text)
    text = unescape(_HTML.sub(" ", _MAIL.sub(" ", text)))
    text = _LEADING.sub("", clean_text(text.replace("*", " ").replace("`", " ")).strip(" _")).strip(" .") or ""
    people = [_person(part) for part in _parted(text)]
    known = dict(addresses)
    return [
        Credited(person.name, person.affiliation, _address(known.get(person.name, "")) or person.url)
        for person in people
        if any(character.isalpha() for character in person.name) and person.name.casefold() not in _JOINTS
    ]


def _parted(text: str) -> list[str]:
    """Part a list of names at commas and “and”, but not within brackets and not within the name of a team."""
    hidden: list[str] = []

    def hide(found: re.Match[str]) -> str:
        hidden.append(found[0])
        return f"\ufdd2{len(hidden) - 1}\ufdd3"

    covered = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", hide, text)
    pieces = [piece for piece in _PARTS.split(covered) if piece.strip()]
    if len(pieces) == 2 and all(len(piece.split()) == 1 and is_capitalised(piece) for piece in pieces):
        pieces = [f"{pieces[1]} {pieces[0]}"]  # “Doe, Jane”
    parts: list[str] = []
    for piece in pieces:
        if parts and (_COMPANY.search(piece) and not is_name(piece)) and "(" not in parts[-1] and is_name(parts[-1]):
            parts[-1] += f" ({piece})"  # “Jane Doe, Acme Inc.”
        elif not (parts and _DEGREE.match(piece)):
            parts.extend(_at_joints(piece))
    return [re.sub("\ufdd2([0-9]+)\ufdd3", lambda found: hidden[int(found[1])], part).strip() for part in parts]


def _at_joints(piece: str) -> list[str]:
    parts = [part for part in _JOINT.split(piece) if part.strip()]
    if len(parts) < 2 or not is_team(piece):
        return parts
    # “The Docs and Tools Team” is one, “Jane Doe and the Release Team” are two.
    plain = re.sub("\ufdd2[0-9]+\ufdd3", "", parts[0])
    return parts if is_name(plain.strip()) else [piece.strip()]


def _person(text: str) -> Credited:
    """Read one name with what stands behind it in brackets: where the person works, or where they can be found."""
    affiliation = url = ""
    while found := _AFFILIATION.search(text):
        inside, text = found[1].strip(), text[: found.start()]
        host = _HOST.fullmatch(inside)
        if host:
            url = url or f"https://{host[1]}"
        elif inside and not _is_handle(inside, text):
            affiliation = affiliation or inside
    behalf = _BEHALF.search(text)
    if behalf and is_name(without_title(text[: behalf.start()])):
        text, affiliation = text[: behalf.start()], affiliation or behalf[1]
    name = without_title(text.strip(' ,.-–—"“”').removeprefix("@"))
    if _SLUG.fullmatch(name):
        name = " ".join(part.capitalize() for part in re.split("[-_]", name))
    return Credited(clean_text(name), clean_text(affiliation), url)


def _is_handle(text: str, name: str) -> bool:
    """Whether brackets hold what somebody is called on a network: a sign, or the name itself in small letters."""
    if text.startswith("@") or text.lower() in ("she/her", "he/him", "they/them"):
        return True
    plain = re.sub(r"[\W_]", "", text).casefold()
    return bool(_HANDLE.fullmatch(text)) and plain in re.sub(r"[\W_]", "", name).casefold()


def _address(text: str) -> str:
    return text if text.lower().startswith(("http://", "https://")) and len(text) <= 500 else ""


# --- the text


def byline(block: Element) -> dict[str, tuple[Credited, ...]]:
    """Return who is named in a paragraph that is a byline (“**Authors:** ...”, “By ...”), by role; {} if it is none."""
    if block.tag != "p":
        return {}
    written = " ".join(as_markdown(block.children).split())
    if len(written) > 3_000:
        return {}
    label, colon, rest = written.replace("：", ":").partition(":")
    words = [word for word in re.split(r"[\s&,]+", label.strip(" *_").casefold()) if word not in _JOINTS]
    roles = dict.fromkeys(_ROLE_OF.get(word, "") for word in words)
    if colon and words and "" not in roles and (people := credited(rest)):
        return dict.fromkeys(roles, people)
    by = _BY.match(written)
    people = credited(by[1]) if by else ()
    return {"authors": people} if people and all(is_name(person.name) for person in people) else {}


def as_markdown(nodes: Iterable[Node]) -> str:
    """Return inline HTML with its links as Markdown has them, so that addresses stay with the names."""
    out: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            out.append(node)
        elif node.tag == "a":
            out.append(f"[{text_of(node.children)}]({node.attrs.get('href', '')})")
        elif node.tag != "span":
            out.append("\n" if node.tag == "br" else as_markdown(node.children))
    return "".join(out)


# --- the title


def guest(title: str) -> Credited | None:
    """Return whom a title says to be interviewed: “Interview with Microsoft's David Rich”."""
    found = _GUEST.search(title)
    return _guest(found[1], or_team=True) if found else None


def introduced(title: str) -> Credited | None:
    """Return whom a title presents without the word interview: “Introducing Ada Byron, our new engineer”."""
    found = _INTRODUCED.search(title)
    return _guest(found[1], or_team=False) if found else None


def _guest(phrase: str, *, or_team: bool) -> Credited | None:
    phrase = clean_text(re.sub(r"\s*[(\[].*$", "", phrase)).strip(' ."“”')
    owner = re.match(r"(.+?)['’]s?\s+(?=\S+\s+\S)(.+)$", phrase)
    if owner and is_name(without_title(owner[2])):
        return Credited(without_title(owner[2]), owner[1])
    if or_team and phrase.startswith("The ") and len(phrase.split()) < 6:
        return Credited(phrase)
    for part in re.split(r",\s*|\s+[–—-]\s+", phrase):
        behalf = re.match(r"(.+?)\s+(?:of|at|from|on|von|de|del|da)\s+(?:the\s+)?(.+)$", part)
        if behalf and is_name(without_title(behalf[1])):
            return Credited(without_title(behalf[1]), behalf[2])
        if is_name(without_title(part)):
            return Credited(without_title(part))
    names = list(names_in(phrase))
    return Credited(names[0]) if len(names) == 1 else None


# --- the opening

_SENTENCE = re.compile(r"(?<![A-Z])(?<!\bDr)(?<!\bProf)(?<!\bMr)(?<!\bMs)[.!?]\s+(?=[A-Z\[*_¿¡])")
_MET = re.compile(
    r"\b(?:interview(?:s|ed|ing)?|talk(?:s|ed|ing)?|spoke|speak(?:s|ing)?|chat(?:s|ted)?|sat\s+down|conversation|caught\s+up"
    r"|spotlighting|introduc(?:e|ing)|entrevist\w+|conversamos|hablamos|charlamos|entretien|gespräch)\b",
    re.IGNORECASE,
)


def met(text: str, hosts: Iterable[str]) -> list[Credited]:
    """Return whom the opening of a text says that the author spoke with; `text` has its links as Markdown."""
    known = {host.casefold() for host in hosts}
    found: dict[str, None] = {}
    for sentence in _SENTENCE.split(" ".join(text.split())):
        verb = _MET.search(sentence)
        if verb is None:
            continue
        after = sentence[verb.end() :]
        linked = [without_title(name) for name, _ in _LINK.findall(after) if is_name(without_title(name))]
        plain = _LINK.sub(r"\1", after)
        close = [name for name in names_in(plain[:200]) if plain.find(name) < 60]
        found.update(dict.fromkeys(name for name in (linked or close[:1]) if name.casefold() not in known))
    return [details(text, name) for name in found]


def details(text: str, name: str) -> Credited:
    """Return a person with what the text tells at their name: a link, and the house in brackets or behind a comma."""
    written = " ".join(text.split())
    found = re.search(
        rf"(?:\[{re.escape(name)}(?:,\s*(?P<inside>[^\]]+)|\s*\((?P<within>[^()]+)\))?\]\((?P<url>[^()\s]*)\)|{re.escape(name)})"
        r"(?:\s*\((?P<place>[^()]*(?:\([^()]*\))?[^()]*)\))?",
        written,
    )
    if found is None:
        return Credited(name)
    place = _LINK.sub(r"\1", found["inside"] or found["within"] or found["place"] or "").strip(" []")
    is_place = place and not (place.isupper() and len(place) < 5 and initials(name).startswith(place[0]))
    is_place = is_place and place[0].isupper() and len(place) <= 80 and not is_name(place)
    return Credited(name, clean_text(place) if is_place else "", _address(found["url"] or ""))
