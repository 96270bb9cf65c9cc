"""What every index must do; a test class for an adapter inherits from `IndexContract` and gives it a `make`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cms.search.index import EXACT_UP_TO, Document, Index, IndexUnavailable, Label, Query, Sort
from cms.search.query import parse
from tests.search.naughty import NAUGHTY

SYSTEMS, NETWORKS = Label("systems", "Systems"), Label("networks", "Networks")
ARTICLE, NEWS = Label("article", "Article"), Label("news", "News")
ILSE, TEODOR = Label("ilse-varnholt", "Ilse Varnholt"), Label("teodor-akande", "Teodor Akande")
START = datetime(2024, 3, 1, tzinfo=UTC)


def piece(number: int, title: str = "", body: str = "", **facts: object) -> Document:
    """Return a document of which only what matters is stated."""
    given = {"kind": ARTICLE, "section": SYSTEMS, "published_at": START + timedelta(days=number), **facts}
    return Document(article_id=number, title=title, body=body, **given)  # type: ignore[arg-type]


def quiet(_: int) -> None:
    """Hear of progress and say nothing."""


CLOCKS = [
    piece(1, "Clock drift", "A clock wanders. Its drift costs money.", authors=(ILSE,), people=(ILSE,)),
    piece(2, "The wall clock", "A clock on a wall.", section=NETWORKS, authors=(TEODOR,), experts=(ILSE,),
          people=(ILSE, TEODOR), kind=NEWS),
    piece(3, "Drifting ice", "The ice drifts.", authors=(TEODOR,), people=(TEODOR,),
          published_at=START.replace(year=2026)),
    piece(4, "Bread", "Flour and water.", section=NETWORKS, published_at=START.replace(year=2025)),
]  # fmt: skip


class IndexContract:
    """The behaviour of an index, told from outside."""

    @pytest.fixture
    def index(self, make: Callable[[], Index]) -> Index:
        """An index of four pieces."""
        index = make()
        index.rebuild(CLOCKS, quiet)
        return index

    def ids(self, index: Index, text: str, **changed: object) -> list[int]:
        """Return the article ids found, best first."""
        return [hit.article_id for hit in index.search(replace(parse(text), **changed)).hits]  # type: ignore[arg-type]

    # finding

    def test_any_word_finds_and_more_words_rank_higher(self, index: Index) -> None:
        assert self.ids(index, "clock drift") == [1, 3, 2] or self.ids(index, "clock drift") == [1, 2, 3]
        assert self.ids(index, "flour") == [4]
        assert self.ids(index, "zebra") == []

    def test_a_word_in_the_title_counts_more(self, index: Index) -> None:
        index.apply([piece(8, "Quartz", "Sand and heat."), piece(9, "Sand", "Quartz and heat.")], [])
        assert self.ids(index, "quartz") == [8, 9]

    def test_a_rare_word_counts_more_than_a_common_one(self, index: Index) -> None:
        index.apply([piece(20 + n, "Report", "The server answered.") for n in range(9)], [])
        index.apply([piece(40, "Report", "The pendulum answered.")], [])
        assert self.ids(index, "server pendulum")[0] == 40

    def test_a_word_typed_twice_counts_twice(self, index: Index) -> None:
        one = index.search(parse("drift")).hits[0].score
        assert index.search(parse("drift drift")).hits[0].score == pytest.approx(2 * one)

    def test_people_and_topics_are_found_by_name(self, index: Index) -> None:
        index.apply([piece(9, "Untitled", "Nothing.", topics=(Label("metrology", "Metrology"),))], [])
        assert set(self.ids(index, "varnholt")) == {1, 2}
        assert self.ids(index, "metrology") == [9]

    def test_a_phrase_must_stand_as_it_is(self, index: Index) -> None:
        assert self.ids(index, '"wall clock"') == [2]
        assert self.ids(index, '"clock on a wall"') == [2]
        assert self.ids(index, '"clock wall"') == []
        assert self.ids(index, '"drift clock"') == []
        assert self.ids(index, '"drifts drift"') == []

    def test_no_phrase_reaches_from_one_part_into_the_next(self, index: Index) -> None:
        index.apply([piece(9, "Alpha beta", "gamma delta", headings=("Epsilon",))], [])
        assert self.ids(index, '"alpha beta"') == [9]
        for words in ("beta gamma", "beta epsilon", "epsilon gamma"):
            assert self.ids(index, f'"{words}"') == []

    def test_what_is_excluded_is_not_found(self, index: Index) -> None:
        assert self.ids(index, "clock -wall") == [1]
        assert self.ids(index, 'clock -"wall clock"') == [1]
        assert set(self.ids(index, "-clock")) == {3, 4}
        assert self.ids(index, "clock -clock") == []

    @pytest.mark.parametrize("written", [
        "C++", "C#", ".NET", "node.js", "CVE-2024-1234", "snake_case", "3.11.4", "std::vector", "x86-64", "log4j",
    ])  # fmt: skip
    def test_technical_terms_are_found_as_written(self, index: Index, written: str) -> None:
        decoys = "C NET node js CVE 2024 1234 snake case 3 11 4 std vector x86 64 log"
        index.apply([piece(8, "Decoy", decoys), piece(9, "Real", f"About {written}, at last.")], [])
        assert self.ids(index, written)[0] == 9
        assert self.ids(index, f'"{written}"') in ([9], [9, 8])

    def test_accents_and_case_make_no_difference(self, index: Index) -> None:
        index.apply([piece(9, "Ångström", "naïve")], [])
        for text in ("angstrom", "ÅNGSTRÖM", "Angstro\u0308m", "naive"):
            assert self.ids(index, text) == [9]

    def test_no_text_breaks_a_search(self, index: Index) -> None:
        for text in NAUGHTY:
            started = time.process_time()
            index.search(parse(text))
            assert time.process_time() - started < 0.5, text[:80]

    # languages

    def test_each_piece_is_read_in_its_own_language(self, index: Index) -> None:
        index.apply(
            [
                piece(11, "Die Uhren der Häuser", "Auf der Straße gehen die Server.", language="de"),
                piece(12, "Les horloges dérivent", "L'avion et les réseaux nationaux.", language="fr"),
                piece(13, "Los relojes del avión", "Los servidores y las redes.", language="es"),
                piece(14, "The servers of an airline", "Clouds and networks die.", language="en"),
            ],
            [],
        )
        for text, found in {
            "uhr": {11}, "Haus": {11}, "strasse": {11}, "horloge": {12}, "réseau": {12}, "national": {12},
            "derive": {12}, "reloj": {13}, "servidor": {13}, "server": {11, 14}, "avion": {12, 13}, "die": {14},
            '"die Uhren der Häuser"': {11}, '"relojes del avion"': {13}, "uhr -haus": set(), "l'avion": {12, 13},
        }.items():  # fmt: skip
            assert set(self.ids(index, text)) == found, text

    def test_one_word_is_as_rare_as_it_is_in_all_languages_together(self, index: Index) -> None:
        english = [piece(20 + n, f"Report {n}", "The server answered.") for n in range(9)]
        index.apply([*english, piece(40, "Bericht", "Der Server schwieg.", language="de")], [])
        scores = {hit.article_id: hit.score for hit in index.search(replace(parse("server"), limit=50)).hits}
        assert scores[40] < 2 * scores[20]

    # synonyms

    def test_what_means_the_same_is_found_too(self, index: Index) -> None:
        index.apply([piece(8, "Bakery", "A loaf of sour dough."), piece(9, "Dough", "Sour prices.")], [])
        assert set(self.ids(index, "bread", synonyms=((0, 1, "loaf"),))) == {4, 8}
        assert set(self.ids(index, "bread", synonyms=((0, 1, "sour dough"),))) == {4, 8}
        assert set(self.ids(index, "sour dough", synonyms=((0, 2, "bread"),))) == {4, 8, 9}

    # while typing

    def test_what_is_typed_so_far_is_completed(self, index: Index) -> None:
        hosts, time_ = Label("the-hosts", "The Hosts"), Label("timekeeping", "Timekeeping")
        index.apply([piece(9, "Node.js on the wall", topics=(time_,), series=hosts)], [3])
        assert set(index.suggest("clo").pieces) == {1, 2}
        assert index.suggest("clock wa").pieces == (2,)
        assert index.suggest("wall").pieces == (9, 2)
        assert index.suggest("node.j").pieces == (9,)
        assert index.suggest("Áka").labels == (("person", TEODOR),)
        assert index.suggest("ti").labels == (("topic", time_),)
        assert index.suggest("hos").labels == (("series", hosts),)
        for text in ("drifting", "", "c", "-", "zzz", "clock zzz", *NAUGHTY):
            assert 3 not in index.suggest(text).pieces
        index.apply([], [9])
        assert index.suggest("wall").pieces == (2,)

    # nothing found

    def test_where_nothing_is_found_known_words_are_near(self, index: Index) -> None:
        assert "clock" in index.search(parse("clocktower")).near
        assert index.search(parse("clock")).near == ()
        assert index.search(parse("xyzzy")).near == ()

    def test_words_of_pieces_that_are_gone_are_not_offered(self, index: Index) -> None:
        index.apply([piece(9, "Pendulums"), piece(10, "Obelisk")], [])
        hidden = frozenset({10})
        assert index.search(parse("pendulumz")).maybe == "pendulums"
        assert index.search(parse("obelisq")).maybe == "obelisk"
        assert index.search(replace(parse("obelisq"), hidden=hidden)).maybe == ""
        assert index.search(replace(parse("obeliskwatch"), hidden=hidden)).near == ()
        index.apply([], [9])
        for text in ("pendulumz", "pendulous", "pendulum"):
            hits = index.search(parse(text))
            assert (hits.maybe, hits.near) == ("", ())

    # narrowing

    def test_filters_narrow(self, index: Index) -> None:
        assert self.ids(index, "clock section:networks") == [2]
        assert self.ids(index, "clock kind:article") == [1]
        assert set(self.ids(index, "section:networks")) == {2, 4}
        assert set(self.ids(index, "section:networks section:systems")) == {1, 2, 3, 4}
        assert self.ids(index, "drift person:teodor-akande") == [3]
        assert self.ids(index, "person:ilse person:teodor section:networks") == [2]
        assert self.ids(index, "drift year:2026") == [3]
        assert set(self.ids(index, "year:2025-")) == {3, 4}
        assert self.ids(index, "series:7") == []
        assert self.ids(index, "author:ilse") == [1]
        assert self.ids(index, "expert:varnholt") == [2]

    def test_days_narrow_and_are_counted_where_the_magazine_is(self, index: Index) -> None:
        assert set(self.ids(index, "before:2025")) == {1, 2}
        assert set(self.ids(index, "after:2024 before:2026")) == {4}
        assert self.ids(index, "drift after:2024-03-02") == [3]
        assert self.ids(index, "after:2026-03-01") == []
        assert self.ids(index, "after:2026-02-28") == [3]
        late = piece(9, "Midnight", published_at=datetime(2020, 12, 31, 23, 30, tzinfo=UTC))
        index.apply([late], [])
        assert self.ids(index, "after:2020 before:2022", zone=ZoneInfo("Europe/Berlin")) == [9]
        assert self.ids(index, "after:2020 before:2022", zone=ZoneInfo("America/New_York")) == []

    def test_nothing_passes_a_filter_that_it_does_not_meet(self, index: Index) -> None:
        many = [
            piece(
                number, f"clock {number}", "clock " * (number % 7), section=(SYSTEMS, NETWORKS)[number % 2], kind=kind
            )
            for number, kind in zip(range(100, 220), [ARTICLE, NEWS, ARTICLE] * 40, strict=True)
        ]
        for start in range(0, 120, 10):  # in many segments, with replacements among them
            index.apply(many[start : start + 10], [100 + start - 7])
            index.apply(many[start : start + 2], [])
        networks = {one.article_id for one in many if one.section == NETWORKS} | {2, 4}
        for text in ("clock section:networks", "clock clock 5 section:networks", 'section:networks "clock"'):
            found = self.ids(index, text, limit=500)
            assert found
            assert set(found) <= networks
        for hit in self.ids(index, "clock section:networks kind:news year:2024", limit=500):
            assert hit in networks

    def test_hidden_pieces_are_neither_found_nor_counted(self, index: Index) -> None:
        hits = index.search(replace(parse("clock drift"), hidden=frozenset({1, 77})))
        assert 1 not in {hit.article_id for hit in hits.hits}
        assert hits.total == hits.unfiltered == 2
        assert {count.value: count.count for count in hits.facets["author"]} == {"teodor-akande": 2}

    def test_counts_heed_every_filter_but_their_own(self, index: Index) -> None:
        hits = index.search(parse("clock drift section:networks"))
        counts = {name: {count.value: count.count for count in counts} for name, counts in hits.facets.items()}
        assert counts["section"] == {"systems": 2, "networks": 1}
        assert counts["kind"] == {"news": 1}
        assert counts["author"] == {"teodor-akande": 1}
        assert counts["expert"] == {"ilse-varnholt": 1}
        assert counts["year"] == {"2024": 1}
        assert (hits.total, hits.unfiltered) == (1, 3)
        assert {count.name for count in hits.facets["section"]} == {"Systems", "Networks"}

    # order and pages

    def test_newest_first(self, index: Index) -> None:
        assert self.ids(index, "clock drift", sort=Sort.NEWEST) == [3, 2, 1]
        assert self.ids(index, "") == [3, 4, 2, 1]

    def test_pages_follow_each_other(self, index: Index) -> None:
        index.apply([piece(100 + n, "pendulum") for n in range(25)], [])
        pages = [self.ids(index, "pendulum", offset=offset, limit=10) for offset in (0, 10, 20, 30)]
        assert [len(page) for page in pages] == [10, 10, 5, 0]
        assert len({one for page in pages for one in page}) == 25

    def test_totals_are_exact_up_to_a_thousand(self, make: Callable[[], Index]) -> None:
        index = make()
        index.rebuild([piece(n, "pendulum") for n in range(1, EXACT_UP_TO + 1)], quiet)
        hits = index.search(parse("pendulum"))
        assert (hits.total, hits.is_capped) == (EXACT_UP_TO, False)
        index.apply([piece(EXACT_UP_TO + 1, "pendulum")], [])
        hits = index.search(parse("pendulum"))
        assert (hits.total, hits.is_capped) == (EXACT_UP_TO, True)

    def test_a_misspelt_word_is_offered_in_a_better_spelling(self, index: Index) -> None:
        assert index.search(parse("clok drift")).maybe == "clock drift"
        assert index.search(parse("clokc drift")).maybe == "clock drift", "swapped letters are one slip"
        assert index.search(parse('"clokc drift"')).maybe == '"clock drift"', "and so is one within quotes"
        assert index.search(parse("varnhold kind:news")).maybe == "varnholt kind:news"
        assert index.search(parse("clock drift")).maybe == ""
        assert index.search(parse("clocks")).maybe == ""
        assert index.search(parse("xyzzy")).maybe == ""

    def test_it_tells_which_words_nothing_has(self, index: Index) -> None:
        assert index.search(parse("xyzzy clok drift")).unknown == ("xyzzy", "clok")
        assert index.search(parse("clocks drift kind:news -plugh")).unknown == ()

    # what is alike

    def test_it_tells_how_many_pieces_have_a_term(self, index: Index) -> None:
        index.apply([piece(9, "A clock", "Ticks.")], [4])
        size, holders = index.frequencies(["clock", "drift", "bread", "zebra"])
        assert size == 4
        assert (holders["clock"], holders["drift"]) == (3, 2)
        assert "zebra" not in holders

    def test_the_closest_have_most_of_the_terms(self, index: Index) -> None:
        assert index.closest(["clock", "drift", "cost"], 10)[0] == 1
        assert set(index.closest(["clock", "drift"], 10)) == {1, 2, 3}
        assert len(index.closest(["clock", "drift"], 2)) == 2
        assert index.closest(["zebra"], 10) == index.closest([], 10) == []
        index.apply([], [1])
        assert 1 not in index.closest(["clock", "drift"], 10)

    # following the edition

    def test_changes_show_at_once_and_twice_is_once(self, index: Index) -> None:
        for _ in range(2):
            index.apply([piece(2, "Pendulum", "Swings.")], [1, 999])
            assert self.ids(index, "pendulum") == [2]
            assert self.ids(index, "clock") == []
            assert index.document_ids() == {2, 3, 4}
            assert index.search(Query()).total == 3

    def test_of_two_versions_in_one_batch_the_last_stays(self, index: Index) -> None:
        index.apply([piece(9, "First"), piece(9, "Second")], [])
        assert self.ids(index, "first") == []
        assert self.ids(index, "second") == [9]

    def test_a_rebuild_leaves_nothing_of_before(self, index: Index) -> None:
        heard: list[int] = []
        index.rebuild((piece(500 + n, "pendulum") for n in range(250)), heard.append)
        assert index.document_ids() == set(range(500, 750))
        assert self.ids(index, "clock") == []
        assert heard[-1] == 250

    def test_an_empty_index_answers(self, make: Callable[[], Index]) -> None:
        index = make()
        index.rebuild([], quiet)
        assert index.is_ready()
        hits = index.search(parse('clok "wall clock" -x section:systems'))
        assert (hits.total, hits.hits, hits.maybe) == (0, (), "")
        assert index.document_ids() == set()
        index.apply([], [1])
        index.apply([piece(1, "clock")], [])
        assert self.ids(index, "clock") == [1]

    def test_before_it_is_built_it_says_so(self, make: Callable[[], Index]) -> None:
        index = make()
        assert not index.is_ready()
        for act in (lambda: index.search(parse("clock")), index.document_ids, lambda: index.apply([piece(1)], [])):
            with pytest.raises(IndexUnavailable):
                act()

    def test_a_failed_rebuild_leaves_the_old_index(self, index: Index) -> None:
        def broken() -> object:
            yield piece(9, "Pendulum")
            raise ValueError("the database went away")

        with pytest.raises(ValueError, match="went away"):
            index.rebuild(broken(), quiet)  # type: ignore[arg-type]
        assert set(self.ids(index, "clock")) == {1, 2}

    def test_fingerprints_tell_versions_apart(self, index: Index) -> None:
        before = index.fingerprints()
        assert before.keys() == index.document_ids()
        index.apply([replace(CLOCKS[3], people=(ILSE,))], [])
        assert {one for one, mark in index.fingerprints().items() if before[one] != mark} == {4}

    def test_readers_go_on_while_the_writer_writes(self, index: Index) -> None:
        stop = threading.Event()
        wrong: list[object] = []

        def read() -> None:
            while not stop.is_set():
                try:
                    hits = index.search(parse("clock kind:article"))
                    if 1 not in {hit.article_id for hit in hits.hits}:
                        wrong.append(hits)
                    index.search(parse('"wall clock" clok'))
                except Exception as exc:
                    wrong.append(exc)

        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for number in range(30):
            index.apply([piece(100 + number, "pendulum", "swings")], [100 + number - 5])
        index.rebuild(CLOCKS, quiet)
        stop.set()
        for reader in readers:
            reader.join()
        assert wrong[:3] == []

    # following the log

    def test_the_bookmark_stays_with_the_index(self, make: Callable[[], Index], index: Index) -> None:
        assert index.bookmark() is None
        index.move_bookmark(7)
        index.move_bookmark(12)
        index.apply([piece(9, "Pendulum")], [])
        assert make().bookmark() == 12

    def test_what_is_dropped_was_never_there(self, make: Callable[[], Index], index: Index) -> None:
        index.move_bookmark(7)
        index.drop()
        index.drop()
        assert not make().is_ready()
        index.rebuild(CLOCKS, quiet)
        assert index.bookmark() is None
        assert self.ids(index, "bread") == [4]
