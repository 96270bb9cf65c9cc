"""Joining two edits of one body: nothing that only one side touched is lost, and clashes are named."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cms.articles.document import Decision, MergeConflict, MergeResult, merge, normalise, parse, settle
from tests.articles.bodies import BODIES, PIECE, SENTENCES

A, B, C = ('<p data-id="a">One.</p>', '<p data-id="b">Two.</p>', '<p data-id="c">Three.</p>')
D = '<p data-id="d">Four.</p>'
BASE = A + B + C


def test_edits_of_different_blocks_are_joined_without_a_word() -> None:
    joined = merge(BASE, BASE.replace("One", "1"), BASE.replace("Three", "3"))
    assert joined == MergeResult(
        '<p data-id="a">1.</p><p data-id="b">Two.</p><p data-id="c">3.</p>',
        (),
        ("Block 3: \u201cThree\u201d became \u201c3\u201d.",),
    )


def test_the_same_edit_on_both_sides_is_no_clash() -> None:
    both = BASE.replace("Two", "2")
    assert merge(BASE, both, both) == MergeResult(both, (), ())


def test_different_edits_of_one_block_clash_and_mine_stays() -> None:
    joined = merge(BASE, BASE.replace("Two", "2"), BASE.replace("Two", "II"))
    assert joined.html == BASE.replace("Two", "2")
    assert joined.conflicts == (MergeConflict(B, B.replace("Two", "2"), B.replace("Two", "II"), "b"),)
    assert joined.brought_in == ()


def test_a_block_that_one_side_deleted_goes() -> None:
    assert merge(BASE, A + C, BASE).html == A + C
    joined = merge(BASE, BASE, A + C)
    assert (joined.html, joined.conflicts) == (A + C, ())
    assert joined.brought_in == ("A paragraph was cut after block 1: \u201cTwo\u201d.",)


def test_a_block_that_one_deleted_and_the_other_changed_stays_and_clashes() -> None:
    changed = B.replace("Two", "2")
    for mine, theirs in ((A + C, A + changed + C), (A + changed + C, A + C)):
        joined = merge(BASE, mine, theirs)
        assert joined.html == A + changed + C
        assert [conflict.block_id for conflict in joined.conflicts] == ["b"]
        assert "" in (joined.conflicts[0].mine, joined.conflicts[0].theirs)


def test_what_both_added_at_one_place_stands_there_mine_first() -> None:
    mine, theirs = '<p data-id="m">Mine.</p>', '<p data-id="t">Theirs.</p>'
    assert merge(BASE, A + mine + B + C, A + theirs + B + C).html == A + mine + theirs + B + C
    assert merge(BASE, mine + BASE, theirs + BASE).html == mine + theirs + BASE
    assert merge(BASE, BASE + mine, BASE + theirs).html == BASE + mine + theirs


def test_a_move_on_one_side_and_an_edit_on_the_other_are_joined() -> None:
    assert merge(BASE, C + A + B, A + B.replace("Two", "2") + C).html == C + A + B.replace("Two", "2")
    assert merge(BASE, A.replace("One", "1") + B + C, C + A + B).html == C + A.replace("One", "1") + B


def test_moves_on_both_sides_are_all_made() -> None:
    assert merge(BASE, C + A + B, B + A + C).html == C + B + A
    four = BASE + D
    joined = merge(four, A + B + D + C, B + A + C + D)
    assert joined.html == B + A + D + C
    assert joined.brought_in == merge(four, four, B + A + C + D).brought_in != ()


def test_a_block_that_both_moved_is_where_mine_is() -> None:
    assert merge(BASE + D, B + C + A + D, B + A + C + D).html == B + C + A + D


def test_what_follows_a_block_that_i_deleted_keeps_its_place() -> None:
    added = '<p data-id="t">Theirs.</p>'
    assert merge(BASE, A + C, A + B + added + C).html == A + added + C


def test_what_comes_in_is_clean() -> None:
    joined = merge(BASE, BASE, BASE + "<p onclick=x>New.<script>alert(1)</script></p>")
    assert "script" not in joined.html
    assert "onclick" not in joined.html


def edits(base: str) -> st.SearchStrategy[str]:
    """Return what one writer might make of the base: each block kept, rewritten, deleted, or followed by a new one."""
    blocks = parse(base)

    def edited(choices: list[tuple[int, str]], order: list[int]) -> str:
        made: list[str] = []
        for place in order:
            choice, words = choices[place]
            block = blocks[place]
            if choice == 0:
                made.append(f'<p data-id="{block.id}">{words}</p>')
            elif choice != 1:
                made.append(block.html)
            if choice == 2:
                made.append(f"<p>{words}</p>")
        return normalise("".join(made))

    choice = st.tuples(st.integers(0, 6), SENTENCES)
    orders = st.one_of(st.just(list(range(len(blocks)))), st.permutations(list(range(len(blocks)))))
    return st.builds(edited, st.lists(choice, min_size=len(blocks), max_size=len(blocks)), orders)


BASES_AND_EDITS = st.one_of(BODIES, st.just(PIECE)).flatmap(
    lambda base: st.tuples(st.just(base), edits(base), edits(base))
)


@settings(max_examples=30, deadline=None)
@given(BASES_AND_EDITS)
def test_with_nothing_on_one_side_the_other_is_the_result(made: tuple[str, str, str]) -> None:
    base, mine, _ = made
    assert merge(base, mine, base).html == mine
    assert merge(base, base, mine).html == mine
    assert merge(base, mine, mine).html == mine
    for joined in (merge(base, mine, base), merge(base, base, mine), merge(base, mine, mine)):
        assert joined.conflicts == ()
    assert merge(base, mine, base).brought_in == ()


@settings(max_examples=50, deadline=None)
@given(BASES_AND_EDITS)
def test_nothing_that_only_one_side_touched_is_lost(made: tuple[str, str, str]) -> None:
    base, mine, theirs = made
    joined = merge(base, mine, theirs)
    was, here, there = ({block.id: block.html for block in parse(html)} for html in made)
    result = {block.id: block.html for block in parse(joined.html)}
    clashing = {conflict.block_id for conflict in joined.conflicts}
    for block_id in {*was, *here, *there}:
        before, now, new = was.get(block_id), here.get(block_id), there.get(block_id)
        found = result.get(block_id)
        if now == before:
            assert found == new
        elif new in (before, now):
            assert found == now
        else:
            assert block_id in clashing
            assert found in (now, new)
            assert found is not None


@settings(max_examples=30, deadline=None)
@given(BASES_AND_EDITS)
def test_both_writers_see_the_same_clashes(made: tuple[str, str, str]) -> None:
    base, mine, theirs = made
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {(c.block_id, c.base, c.mine, c.theirs) for c in one.conflicts} == {
        (c.block_id, c.base, c.theirs, c.mine) for c in other.conflicts
    }
    assert normalise(one.html) == one.html


@settings(max_examples=30, deadline=None)
@given(BASES_AND_EDITS)
def test_what_was_joined_once_is_not_joined_again(made: tuple[str, str, str]) -> None:
    """Joining the result with either side again adds nothing, and clashes nowhere new."""
    base, mine, theirs = made
    joined = merge(base, mine, theirs)
    again = merge(theirs, joined.html, theirs)
    assert (again.html, again.conflicts) == (joined.html, ())
    if not joined.conflicts:
        blocks = {block.html for block in parse(joined.html)}
        assert {block.html for block in parse(merge(base, joined.html, theirs).html)} == blocks


def test_a_clash_is_settled_as_somebody_decided() -> None:
    mine, theirs = BASE.replace("Two", "2"), BASE.replace("Two", "II")
    joined = merge(BASE, mine, theirs).html
    assert settle(joined, theirs, {"b": Decision.KEEP}) == mine
    assert settle(joined, theirs, {"b": Decision.THEIRS}) == theirs
    assert settle(joined, theirs, {"b": Decision.WITHOUT}) == A + C
    both = [block.text for block in parse(settle(joined, theirs, {"b": Decision.BOTH}))]
    assert both == ["One.", "2.", "II.", "Three."]
    assert settle(joined, theirs, {"nothing": Decision.THEIRS}) == mine
    assert settle(joined, A + C, {"b": Decision.THEIRS}) == mine
