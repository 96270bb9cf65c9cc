"""Changes of quotes, numbers, names, links and titles are marked, and of nothing else."""

from __future__ import annotations

import pytest

from cms.articles import document

P = '<p data-id="a">The clock was “almost right”, said Marit Oduya in 2012. A fan had stopped.</p>'
QA = (
    '<section class="qa" data-id="q"><p class="qa-question" data-speaker="A">What is it?</p>'
    '<div class="qa-answer" data-speaker="B"><p>A promise.</p></div></section>'
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (P, P, []),
        (P, P.replace("fan", "pump"), []),
        (P, P.replace("A fan", "One fan"), []),
        (P, P.replace("almost", "nearly"), ["quote"]),
        (P, P.replace("2012", "2021"), ["number"]),
        (P, P.replace("Oduya", "Oduja"), ["name"]),
        (P, P.replace("fan", '<a href="https://example.org/">fan</a>'), ["link"]),
        (P, P.replace("almost right”, said Marit Oduya in 2012", "so”, said Ada in 1"), ["quote", "number", "name"]),
        ('<h2 data-id="h">One</h2>', '<h2 data-id="h">Two</h2>', ["title"]),
        (QA, QA.replace("promise", "lie"), ["quote"]),
        (P + QA, QA + P, []),
        ("", '<p data-id="n">It took 40 minutes, says Noor.</p>', ["number", "name"]),
        ('<p data-id="n">It took 40 minutes.</p>', "", ["number"]),
    ],
    ids=lambda given: str(given)[-40:],
)  # fmt: skip
def test_what_is_dangerous_is_named(old: str, new: str, expected: list[str]) -> None:
    found = dict.fromkeys(risk.value for change in document.compare(old, new) for risk in document.risks(change))
    assert list(found) == expected
