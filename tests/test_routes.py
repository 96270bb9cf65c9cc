"""Closed doors: every address, every role, and what happens to those who do not belong there."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule

from cms import policy
from cms.vocabulary import Can
from cms.web import access
from tests.conftest import Client
from tests.factories import House


def _rules(app: Flask, *, staff: bool) -> list[Rule]:
    public = [rule for rule in app.url_map.iter_rules() if access.access_of(app, rule.endpoint) == access.PUBLIC]
    return [rule for rule in app.url_map.iter_rules() if (rule not in public) is staff]


def _url(app: Flask, rule: Rule) -> str:
    values: dict[str, Any] = {}
    for name in rule.arguments:
        values[name] = 1 if isinstance(rule._converters[name], IntegerConverter) else "nothing"
    with app.test_request_context():
        return str(app.url_for(rule.endpoint, **values))


def _verbs(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def test_strangers_are_sent_to_sign_in_everywhere(app: Flask, stranger: Client) -> None:
    doors = _rules(app, staff=True)
    assert len(doors) > 20
    for rule in doors:
        for verb in _verbs(rule):
            answer = stranger.open(_url(app, rule), method=verb)
            if verb == "GET":
                assert answer.status_code == 302, rule
                assert answer.location.startswith("/newsroom/sign-in"), rule
            else:
                assert answer.status_code == 401, rule


@pytest.mark.parametrize("role", ["writer", "editor", "chief", "admin"])
def test_roles_without_the_right_are_refused(
    app: Flask, request: pytest.FixtureRequest, house: House, role: str
) -> None:
    client: Client = request.getfixturevalue(role)
    actor = getattr(house, role)
    refused = 0
    for rule in _rules(app, staff=True):
        right = Can(str(access.access_of(app, rule.endpoint)))
        if policy.cell(actor.role, right) is not policy.no:
            continue
        for verb in _verbs(rule):
            assert client.open(_url(app, rule), method=verb).status_code == 403, (role, rule, verb)
            refused += 1
    assert refused


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"X-HTTP-Method-Override": "GET"},
    ],
    ids=str,
)
def test_other_sites_cannot_change_anything(app: Flask, chief: Client, headers: dict[str, str]) -> None:
    for rule in app.url_map.iter_rules():
        for verb in [v for v in _verbs(rule) if v != "GET"]:
            answer = FlaskClient.open(chief, _url(app, rule), method=verb, headers=headers)
            assert answer.status_code == 403, rule


def test_a_form_without_its_token_is_refused(app: Flask, chief: Client, house: House) -> None:
    for rule in app.url_map.iter_rules():
        right = access.access_of(app, rule.endpoint)
        closed = right != access.PUBLIC and policy.cell(house.chief.role, Can(str(right))) is policy.no
        for verb in [v for v in _verbs(rule) if v != "GET"]:
            answer = FlaskClient.open(chief, _url(app, rule), method=verb, headers={"Sec-Fetch-Site": "same-origin"})
            assert answer.status_code == (403 if closed else 400), rule


def test_an_endpoint_that_does_not_say_whom_it_is_for_stops_the_start(app: Flask) -> None:
    app.view_functions["forgotten"] = lambda: "open"
    with pytest.raises(RuntimeError, match="forgotten"):
        access.check_all(app)


def test_no_address_breaks_on_things_that_are_not_there(app: Flask, chief: Client, db: Session) -> None:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            # 503: programs that search are told that the index is not built yet.
            assert chief.get(_url(app, rule)).status_code in (*range(500), 503), rule


def test_numbers_that_no_row_can_have_are_not_found(chief: Client) -> None:
    for number in ("0", "999999999", "9" * 30, "-1", "1e3"):
        assert chief.get(f"/newsroom/articles/{number}").status_code == 404
