from cms.search.facets import MAX_CHOICES, facets
from cms.search.index import Count
from cms.search.query import parse


def test_what_offers_no_choice_is_left_out() -> None:
    assert [facet.name for facet in facets(parse("clock"), {"kind": [Count("news", "News", 2)]})] == ["kind"]
    assert facets(parse("clock"), {}) == ()


def test_a_long_list_is_cut_but_never_what_is_selected() -> None:
    people = [Count(f"person-{n}", f"Person {n}", 30 - n) for n in range(30)]
    (facet,) = facets(parse("author:person-20 author:nobody"), {"author": people})
    values = [choice.value for choice in facet.choices]
    assert values == [*(f"person-{n}" for n in range(MAX_CHOICES)), "person-20", "nobody"]
    assert [choice.value for choice in facet.choices if choice.is_selected] == ["person-20", "nobody"]
    assert facet.choices[-1].count == 0


def test_a_few_years_stand_one_by_one() -> None:
    years = [Count(str(year), str(year), 1) for year in (2026, 2025, 2024, 2020)]
    (facet,) = facets(parse("clock"), {"year": years})
    assert [choice.value for choice in facet.choices] == ["2026", "2025", "2024", "2020"]
    (facet,) = facets(parse("year:-2024"), {"year": [*years[:3], Count("2023", "2023", 1), years[3]]})
    assert [(choice.value, choice.count, choice.is_selected) for choice in facet.choices] == [
        ("2026", 1, False), ("2025", 1, False), ("2024", 1, False), ("-2023", 2, False), ("-2024", 0, True),
    ]  # fmt: skip
