"""The transition table, without a database."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from cms.core.errors import Conflict, Reason
from cms.vocabulary import State
from cms.workflow.transitions import TRANSITIONS, Facts, reasons_against, step
from tests.factories import NOW

READY = Facts(
    now=NOW, is_live=False, content_hash="h", receipt_hash="h", note="Because.", at=NOW + timedelta(hours=1)
)  # fmt: skip
EMPTY = Reason("The body is empty.", "body")


@pytest.mark.parametrize(("state", "action"), list(itertools.product(State, TRANSITIONS)))
def test_every_pair_of_state_and_action_is_decided(state: State, action: str) -> None:
    if state in TRANSITIONS[action].sources:
        assert step(state, action).target in State
    else:
        with pytest.raises(Conflict, match="cannot be"):
            step(state, action)


@pytest.mark.parametrize(
    ("action", "changed", "said"),
    [
        ("approve", {"findings": (Reason("The standfirst is missing.", "dek"),)}, "standfirst"),
        ("approve", {"findings": (EMPTY,), "lacking": (EMPTY,)}, "body is empty"),
        ("approve", {"open_threads": 2}, "2 threads"),
        ("submit", {"lacking": (EMPTY,)}, "body is empty"),
        ("adopt", {"lacking": (EMPTY,)}, "body is empty"),
        ("request_changes", {"note": "  "}, "Say why"),
        ("publish", {"receipt_hash": None}, "Nobody has approved"),
        ("publish", {"receipt_hash": "other"}, "changed after it was approved"),
        ("publish", {"embargo_until": NOW + timedelta(hours=2), "at": None}, "embargo"),
        ("schedule", {"at": NOW - timedelta(seconds=1)}, "past"),
        ("schedule", {"at": NOW}, "past"),
        ("schedule", {"at": None}, "Choose a day"),
        ("schedule", {"embargo_until": NOW + timedelta(hours=2)}, "embargo"),
        ("withdraw", {}, "not live"),
        ("spike", {"is_live": True}, "Withdraw it first"),
        ("discard", {}, "not live"),
        ("adopt", {"is_live": True}, "is live"),
    ],
)
def test_a_check_that_fails_says_why(action: str, changed: dict[str, object], said: str) -> None:
    texts = [reason.text for reason in reasons_against(TRANSITIONS[action], replace(READY, **changed))]  # type: ignore[arg-type]
    assert any(said in text for text in texts), texts


@pytest.mark.parametrize("action", [a for a in TRANSITIONS if a not in ("withdraw", "discard")])
def test_a_ready_piece_meets_no_objection(action: str) -> None:
    assert reasons_against(TRANSITIONS[action], READY) == []


def test_all_reasons_are_given_at_once() -> None:
    found = tuple(Reason(f"Reason {number}.", "dek") for number in range(4))
    empty = replace(READY, findings=found, open_threads=1)
    assert len(reasons_against(TRANSITIONS["approve"], empty)) == 5


@pytest.mark.parametrize("action", ["submit", "adopt", "schedule", "publish"])
def test_what_stops_an_approval_stops_nothing_else(action: str) -> None:
    flawed = replace(READY, findings=(Reason("The standfirst is missing.", "dek"),))
    assert reasons_against(TRANSITIONS[action], flawed) == []
