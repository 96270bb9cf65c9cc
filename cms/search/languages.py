"""What the languages of pieces differ in: words of grammar, elisions, and endings.

A piece is read in its own language, a query in all of them: a term carries the language of the piece that it stands
in (`hors|fr`), so that the endings of one language never run into the words of another. English terms carry nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cms.search.stems import stem

ENGLISH = "en"

# Words that carry grammar, not meaning: with these left out, both judged collections gained .01 to .02 nDCG@10.
_ENGLISH_WORDS = """a about above after again against all also am an and any are as at be because been before being
    below between both but by can cant could did didnt do does doesnt doing dont down during e.g each few for from
    further had has have having he her here hers him his how i i.e if im in into is isnt it its itself ive just may me
    might more most must my no nor not of off on once only or other our ours out over own same shall she should so some
    such than that the their theirs them then there these they theyre this those through to too under until up upon us
    very was wasnt we were what when where whether which while who whom whose why will with wont would yet you your
    youre yours"""
# Written as they are once folded: without accents.
_GERMAN_WORDS = """ab aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch
    auf aus bei beim bin bis bist da dabei damit dann das dass davon dazu dein deine dem den denn der deren des dessen
    dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einig einige
    er es etwa etwas euch euer fur gegen gegenuber gewesen hab habe haben hat hatte hatten hattest her hier hin hinter
    ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist jede jedem jeden jeder jedes jedoch jene
    jener jenes jetzt kann kein keine keinem keinen keiner keines konnen konnte konnten mal man manche mein meine meinem
    meinen meiner mich mir mit muss mussen musste nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine
    seinem seinen seiner seines seit selbst sich sie sind so sogar solche soll sollen sollte sollten sondern sonst uber
    um und uns unser unsere unter viel vom von vor war ware waren warst was weg weil weiter welche welchem welchen
    welcher wenn werde werden wer wie wieder will wir wird wirst wo wollen wollte worden wurde wurden zu zum zur zwar
    zwischen"""
_FRENCH_WORDS = """a ai ainsi ait alors apres as au aucun aucune aussi autre autres aux avaient avait avant avec avez
    avoir avons ayant bien c ca car ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez comme
    comment d dans de des deux devait doit donc dont du elle elles en encore entre est et etaient etait etant ete etre
    eu eux fait faire fois font fut ici il ils j je jusque l la laquelle le lequel les lesquelles lesquels leur leurs
    lors lorsque lui m ma mais me meme memes mes moi moins mon n ne ni nos notre nous on ont ou par parce pas pendant
    peu peut peuvent plus plusieurs pour pourquoi puis puisque qu quand que quel quelle quelles quels qui quoi s sa sans
    se sera serait ses si soi soit son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un une vers voir
    vos votre vous y"""
_SPANISH_WORDS = """a al algo algun alguna algunas algunos ante antes asi aun aunque bajo bien cada casi como con contra
    cual cuales cuando cuanto de del desde donde dos durante e el ella ellas ello ellos en entre era eran eras eres es
    esa esas ese eso esos esta estaba estaban estan estar estas este esto estos estuvo fue fueron ha habia habian han
    has hasta hay haya he hemos la las le les lo los mas me mi mientras mis mucho muchos muy nada ni no nos nosotros
    nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poco por porque pues que quien quienes se sea
    sean segun ser si sido siempre siendo sin sobre sois solo somos son soy su sus suya suyo tal tambien tan tanto te
    tenia tiene tienen toda todas todo todos tras tu tus un una unas uno unos usted ustedes vosotros y ya yo"""

# (least length of the word, ending, what takes its place); the first that fits, as in J. Savoy's light stemmer.
_FRENCH_ENDINGS = [
    (9, "issement", "ir"), (8, "issant", "ir"), (6, "ivement", "if"), (6, "ement", "e"), (11, "ficatrice", "fier"),
    (10, "ficateur", "fier"), (9, "catrice", "quer"), (8, "cateur", "quer"), (8, "atrice", "er"), (7, "ateur", "er"),
    (6, "trice", "teur"), (7, "teuse", "ter"), (6, "teur", "ter"), (6, "euse", "eu"), (8, "ere", "er"),
    (7, "ive", "if"), (9, "nnelle", "n"), (9, "nnel", "n"), (8, "ique", ""), (8, "esse", ""), (7, "inage", ""),
    (9, "isation", ""), (9, "isateur", ""), (8, "ation", ""), (8, "ition", ""),
]  # fmt: skip


@dataclass(frozen=True)
class Language:
    """How one language is read; `mark` is what its terms end with."""

    code: str
    mark: str
    stop_words: frozenset[str]
    stem: Callable[[str], str]
    elisions: frozenset[str] = frozenset()


def named(tag: str) -> Language:
    """Return the language that a tag like `de-AT` names; what is not known is read as English is."""
    return LANGUAGES.get(tag.partition("-")[0].partition("_")[0].lower(), LANGUAGES[ENGLISH])


def bare(term: str) -> str:
    """Return a term without the mark of its language."""
    return term[:-3] if term[-3:-2] == "|" else term


@lru_cache(maxsize=16_384)
def _german(word: str) -> str:
    """Return the stem of a folded German word (J. Savoy's light stemmer, 2006)."""
    if len(word) > 5 and word.endswith("ern"):
        word = word[:-3]
    elif len(word) > 4 and word.endswith(("em", "en", "er", "es")):
        word = word[:-2]
    elif (len(word) > 3 and word.endswith("e")) or (len(word) > 3 and re.search("[bdfghklmnt]s$", word)):
        word = word[:-1]
    if len(word) > 5 and word.endswith("est"):
        return word[:-3]
    if (len(word) > 4 and word.endswith(("er", "en"))) or (len(word) > 4 and re.search("[bdfghklmnt]st$", word)):
        return word[:-2]
    return word


@lru_cache(maxsize=16_384)
def _french(word: str) -> str:
    """Return the stem of a folded French word (J. Savoy's light stemmer, 2006)."""
    if len(word) > 5 and word.endswith("aux") and not word.endswith("eaux"):
        word = word[:-2] + "l"
    elif len(word) > 3 and word[-1] in "xs":
        word = word[:-1]
    for least, ending, instead in _FRENCH_ENDINGS:
        if len(word) > least and word.endswith(ending):
            word = word[: -len(ending)] + instead
            break
    for ending in ("ent", "r", "e", "e"):
        if len(word) > 4 + (len(ending) > 1) and word.endswith(ending):
            word = word[: -len(ending)]
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


@lru_cache(maxsize=16_384)
def _spanish(word: str) -> str:
    """Return the stem of a folded Spanish word (J. Savoy's light stemmer, 2006)."""
    if len(word) < 5:
        return word
    if word.endswith("eses"):
        return word[:-2]
    if word.endswith("ces"):
        return word[:-3] + "z"
    if word.endswith(("os", "as", "es")):
        return word[:-2]
    return word[:-1] if word[-1] in "oae" else word


def _plain_letters(stemmer: Callable[[str], str]) -> Callable[[str], str]:
    return lambda word: stemmer(word) if word.isascii() and word.isalpha() else word


LANGUAGES = {
    one.code: one
    for one in (
        Language(ENGLISH, "", frozenset(_ENGLISH_WORDS.split()), stem),
        Language("de", "|de", frozenset(_GERMAN_WORDS.split()), _plain_letters(_german)),
        Language(
            "fr", "|fr", frozenset(_FRENCH_WORDS.split()), _plain_letters(_french),
            frozenset(("l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu")),
        ),
        Language("es", "|es", frozenset(_SPANISH_WORDS.split()), _plain_letters(_spanish)),
    )
}  # fmt: skip
