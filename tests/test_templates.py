"""Templates: each compiles, leads only to addresses that exist, and carries no script, no style, no trust."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from cms import paths

ALL = sorted(path for path in paths.TEMPLATES.rglob("*") if path.is_file())
PAGES = [path for path in ALL if path.suffix == ".html" and "email" not in path.parts]
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(paths.TEMPLATES).as_posix()


def text_of(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_it_compiles_and_leads_only_to_what_exists(app: Flask, path: Path) -> None:
    parsed = app.jinja_env.parse(path.read_text())
    app.jinja_env.compile(path.read_text(), name_of(path))
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    for call in parsed.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "url_for" and call.args:
            target = call.args[0]
            if isinstance(target, nodes.Const):
                assert target.value in endpoints, f"{name_of(path)}:{call.lineno} leads to {target.value}"
    for kind in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
        for wanted in parsed.find_all(kind):
            if isinstance(wanted.template, nodes.Const):
                app.jinja_env.get_template(wanted.template.value)
    for used in parsed.find_all(nodes.Filter):
        assert used.name in app.jinja_env.filters, f"{name_of(path)}:{used.lineno} uses |{used.name}"


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_it_trusts_nothing(path: Path) -> None:
    text = text_of(path)
    assert not re.search(r"\|\s*safe\b|\bMarkup\b|autoescape\s+false", text), "HTML is called safe in web/templating.py"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_it_has_no_inline_script_or_style(path: Path) -> None:
    text = text_of(path)
    assert not re.search(r"<style\b|\sstyle\s*=", text), "styles live in static/css"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "behaviour lives in static/js, by data-module"
    assert "javascript:" not in text
    for script in re.finditer(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL):
        is_data = re.search(r"type\s*=\s*[\"']application/(ld\+)?json[\"']", script[1])
        assert is_data or ("src=" in script[1] and not script[2].strip()), "a script is a file, or data as JSON"
