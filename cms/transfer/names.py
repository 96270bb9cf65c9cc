"""What a name looks like, and who is meant by a first name or by initials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cms.transfer.piece import Credited

# Words that stand between the parts of a name in small letters.
PARTICLES = frozenset("de da do dos das del della di du la le van von der den ter ten bin ibn al el zu y e".split())
TITLES = frozenset("dr prof professor mr mrs ms mx sir dame sra sr dra don doña mme herr frau doctor phd md".split())
# Words that begin with a capital in the running text and belong to roles, groups and places, not to people.
_NO_NAMES = frozenset(
    """
    a an and are as at by chair chairs co-chair lead leads head director manager engineer developer software
    senior staff principal technical tech chief officer founder co-founder fellow scientist researcher research
    professor maintainer maintainers contributor contributors member members university institute college school
    department ministry office centre center laboratory lab labs foundation group groups team teams committee
    council project projects community communities working special interest steering release summit conference
    series spotlight interview interviews post blog article part episode question answer the this that these those
    our my your his her their we you they it in on of for from to with who what when where why how is i open
    source national international postdoctoral new today meet introducing meeting monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november
    december inc ltd llc corp gmbh company magazine news north south east west united states kingdom europe
    america africa asia sig wg video twitter github linkedin mastodon slack read more see
    """.split()
)
_TEAM = re.compile(
    r"\b(?:teams?|groups?|projects?|community|communities|committee|council|foundation|staff|editors|crew|collective"
    r"|society|association|consortium|wg|sig|equipo|équipe)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W\d_][^\W\d_]*(?:['’.\-‐][^\W\d_]+)*\.?|[,;:()\[\]/&]|\S")
_CONTRACTED = re.compile(r"['’](?:m|ve|ll|re|d|t)$", re.IGNORECASE)  # I’m, we’ve, don’t
_INITIALS = re.compile(r"[^\W\d_]{1,4}")
_PARTED = re.compile(r"\s*(?:[/&,;+]|\band\b|\bund\b|\bet\b|\by\b)\s*")
_ALIAS = re.compile(r"^(.+?)\s*\(([^\W\d_]{1,4})\)$")


def is_team(name: str) -> bool:
    """Whether it is the name of a group rather than of a person."""
    return bool(_TEAM.search(name)) or name.lower().startswith("the ")


def is_capitalised(word: str) -> bool:
    """Whether a word is written as a part of a name is: a capital, then small letters or nothing."""
    if _CONTRACTED.search(word):
        return False
    letters = [character for character in word if character.isalpha()]
    if not letters or not letters[0].isupper():
        return False
    return len(letters) == 1 or any(letter.islower() for letter in letters)


def is_name(text: str) -> bool:
    """Whether the text is a full name and nothing else: two to five words, capitals, no word of a role or a group."""
    words = text.split()
    if not 2 <= len(words) <= 5 or is_team(text):
        return False
    parts = [word for word in words if word.lower() not in PARTICLES]
    return (
        len(parts) > 1
        and len(words[-1]) > 1  # “Universo R” is none
        and is_capitalised(words[0])
        and all(is_capitalised(part) and _bare(part) not in _NO_NAMES for part in parts)
        and not any(character.isdigit() or character in ",;:!?()[]/@" for character in text)
    )


def without_title(name: str) -> str:
    """Return the name without Dr., Prof. and the like before it and PhD behind it."""
    words = name.split()
    while len(words) > 1 and _bare(words[0]) in TITLES:
        del words[0]
    while len(words) > 1 and _bare(words[-1]) in TITLES:
        del words[-1]
    return " ".join(words).strip(" ,")


def names_in(text: str) -> Iterator[str]:
    """Yield what looks like full names in running text, in order, each as often as it comes."""
    words: list[str] = []
    for token in [*_TOKEN.findall(text), ";"]:
        is_part = is_capitalised(token) and _bare(token) not in _NO_NAMES | TITLES
        if is_part or (words and token.lower() in PARTICLES):
            words.append(token)
            ends_sentence = is_part and token.endswith(".") and len(token) > 3
            if not ends_sentence:
                continue
        while words and words[-1].lower() in PARTICLES:
            words.pop()
        name = re.sub(r"['’]s$", "", " ".join(words)).rstrip(".")
        if is_name(name):
            yield name
        words = []


def initials(name: str) -> str:
    """Return the first letters of all parts of a name: JOT for Jeremy Olmsted-Thompson."""
    return "".join(part[0] for part in re.split(r"[\s\-‐]+", name) if part and part[0].isalpha()).upper()


def names_of_label(label: str) -> list[str]:
    """Return the single names and initials in a label: Han, HK, Elana and EH of “Han (HK) and Elana (EH)”."""
    return [part.strip() for piece in re.split(r"[()]", label) for part in _PARTED.split(piece) if part.strip()]


class Roster:
    """The people of one piece, and by which short names its text calls them."""

    def __init__(self, people: Iterable[Credited] = ()) -> None:
        self.people: dict[str, Credited] = {}
        self._aliases: dict[str, str] = {}
        for person in people:
            self.add(person)

    def add(self, person: Credited) -> None:
        """Take in a person; where they are known already, only what was not known about them."""
        known = self.people.get(person.name)
        self.people[person.name] = Credited(
            person.name,
            (known.affiliation if known else "") or person.affiliation,
            (known.url if known else "") or person.url,
        )

    def credited(self, name: str) -> Credited:
        """Return the person of this name with all that is known."""
        return self.people.get(name, Credited(name))

    def learn(self, label: str) -> None:
        """Take in what a label such as “Han Kang (HK)” or “Imran (INM)” tells: a name and its short form."""
        found = _ALIAS.match(label)
        if found is None:
            return
        name, alias = found[1].strip(), found[2].upper()
        if is_name(name) and name not in self.people and not _PARTED.search(name):
            self.add(Credited(name))
        self._aliases.setdefault(alias, self.resolve(name) or name)

    def parts(self, label: str) -> list[str]:
        """Return the people whom a label names, in order; [] if one of them is not known."""
        whole = self._one(_ALIAS.sub(r"\1", label).strip())
        if whole:
            return (
                _PARTED.split(whole)
                if whole not in self.people and all(map(is_name, _PARTED.split(whole)))
                else [whole]
            )
        names = [self._one(_ALIAS.sub(r"\1", part).strip()) for part in _PARTED.split(label) if part]
        return [name for name in names if name] if len(names) > 1 and all(names) else []

    def resolve(self, label: str) -> str:
        """Return the full name or names that a label means, '' where nobody is known by it."""
        names = self.parts(label)
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""

    def _one(self, label: str) -> str:
        if label in self.people:
            return label
        if label.upper() in self._aliases:
            return self._aliases[label.upper()]
        folded = label.casefold()
        exact = [name for name in self.people if name.casefold() == folded]
        by_part = [name for name in self.people if folded in name.casefold().split()]
        by_beginning = [name for name in self.people if len(label) > 2 and name.casefold().startswith(folded)]
        by_initials: list[str] = []
        if _INITIALS.fullmatch(label) and label.isupper():
            by_initials = [name for name in self.people if initials(name) == label] or [
                name for name in self.people if _shortened(label, initials(name))
            ]
        for found in (exact, by_part, by_beginning, by_initials):
            if len(found) == 1:
                return found[0]
        return ""


def _shortened(label: str, letters: str) -> bool:
    """Whether a label is a usual short form of initials: A for AP, FM for FSM, FSM for FM."""
    if len(label) == 1:
        return letters[:1] == label
    return label[0] == letters[:1] and label[-1] == letters[-1:]


def _bare(word: str) -> str:
    return word.strip(".,'’").casefold()
