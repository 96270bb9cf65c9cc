"""What the contracts on imports cannot say: each rule of the house that a machine can hold."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted((ROOT / "cms").rglob("*.py"))
LONGEST = 500

# Each exception is a file and the reason for it; a rule without exceptions has none to list.
MAY_COMMIT = {
    "cms/core/db.py",
    "cms/search/whoosh_index/adapter.py",  # Whoosh's own commits
    "cms/search/tantivy_index/adapter.py",  # tantivy's own
}
MAY_READ_ENVIRONMENT = {"cms/config.py"}
MAY_LOOK_AT_THE_CLOCK = {"cms/core/clock.py"}
MAY_CALL_SAFE = {"cms/web/templating.py"}
# The second goes where the settings say, the third asks its own server whether it is up.
MAY_GO_OUT = {"cms/core/outbound.py", "cms/core/hooks.py", "cms/cli/run.py"}
MAY_NAME_ROLES = {
    "cms/vocabulary.py": "where they are words",
    "cms/policy.py": "where they decide",
    "cms/accounts/service.py": "the last administrator stays, whoever asks",
    "cms/accounts/queries.py": "whom to tell that something waits",
    "cms/cli/checks.py": "an installation without an administrator is worth a note",
    "cms/demo/staff.py": "the demo's staff",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def places(found: Iterator[tuple[Path, int]]) -> list[str]:
    return [f"{name_of(path)}:{line}" for path, line in found]


def dotted(node: ast.AST) -> str:
    """Return `os.environ` for the expression of that name, '' for others."""
    match node:
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr}"
        case ast.Name(id=name):
            return name
    return ""


def attributes(wanted: re.Pattern[str], exempt: set[str]) -> Iterator[tuple[Path, int]]:
    for path in CODE:
        if name_of(path) not in exempt:
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Attribute) and wanted.fullmatch(dotted(node)):
                    yield path, node.lineno


def test_nobody_else_commits() -> None:
    def commits() -> Iterator[tuple[Path, int]]:
        for path in CODE:
            for node in ast.walk(tree(path)):
                called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr
                if called == "commit" and name_of(path) not in MAY_COMMIT:
                    yield path, node.lineno

    assert places(commits()) == []


def test_no_import_hides_inside_a_function() -> None:
    def hidden() -> Iterator[tuple[Path, int]]:
        for path in CODE:
            for function in ast.walk(tree(path)):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    for node in ast.walk(function):
                        if isinstance(node, ast.Import | ast.ImportFrom):
                            yield path, node.lineno

    assert places(hidden()) == []


@pytest.mark.parametrize("folder", ["cms", "tests", "templates", "static/css", "static/js"])
def test_no_file_is_too_long(folder: str) -> None:
    kinds = {".py", ".html", ".css", ".js", ".xml", ".txt"}
    files = [path for path in (ROOT / folder).rglob("*") if path.suffix in kinds and path.is_file()]
    long = {name_of(path): n for path in files if (n := len(path.read_text().splitlines())) > LONGEST}
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    assert [name_of(path) for path in CODE if not ast.get_docstring(tree(path))] == []


def test_the_environment_is_read_in_one_place() -> None:
    wanted = re.compile(r"os\.(environ|environb|getenv|putenv)(\..*)?")
    assert places(attributes(wanted, MAY_READ_ENVIRONMENT)) == []


def test_there_is_one_clock() -> None:
    wanted = re.compile(r"(.*\.)?(datetime\.(now|utcnow|today)|date\.today)|time\.(time|time_ns|localtime|gmtime)")
    assert places(attributes(wanted, MAY_LOOK_AT_THE_CLOCK)) == []


def test_one_door_leads_out() -> None:
    """Every address of the web is asked for in `core/outbound.py`, which looks at where it leads first."""
    clients = re.compile(r"(http\.client|urllib\.request|urllib3|requests|httpx|aiohttp|ftplib)(\..*)?")

    def imports() -> Iterator[tuple[Path, int]]:
        for path in CODE:
            for node in ast.walk(tree(path)):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom):
                    names = [f"{node.module}.{alias.name}" for alias in node.names]
                if any(clients.fullmatch(name) for name in names) and name_of(path) not in MAY_GO_OUT:
                    yield path, node.lineno

    assert places(imports()) == []


def test_html_is_called_safe_in_one_place() -> None:
    def calls() -> Iterator[tuple[Path, int]]:
        for path in CODE:
            for node in ast.walk(tree(path)):
                imported = isinstance(node, ast.ImportFrom) and {a.name for a in node.names} & {"Markup", "markupsafe"}
                if imported and name_of(path) not in MAY_CALL_SAFE:
                    yield path, node.lineno

    assert places(calls()) == []


def test_roles_are_named_where_they_decide() -> None:
    """A role is asked about in the policy table; everybody else asks `can` or `require`."""
    roles = re.compile(r"Role\.(READER|WRITER|EDITOR|CHIEF|ADMIN|SYSTEM)")
    assert places(attributes(roles, set(MAY_NAME_ROLES))) == []
    for template in (ROOT / "templates").rglob("*.html"):
        found = re.search(
            r"role\s*(==|!=|in\b)|(reader|writer|editor|chief|admin)['\"]\s*(==|in\b)", template.read_text()
        )
        assert found is None, f"{name_of(template)} decides by a role: {found and found[0]}"


def test_every_exception_is_still_needed() -> None:
    for path in (
        *MAY_COMMIT,
        *MAY_READ_ENVIRONMENT,
        *MAY_LOOK_AT_THE_CLOCK,
        *MAY_CALL_SAFE,
        *MAY_GO_OUT,
        *MAY_NAME_ROLES,
    ):
        assert (ROOT / path).exists(), path
    roles = re.compile(r"Role\.(READER|WRITER|EDITOR|CHIEF|ADMIN|SYSTEM)")
    naming = {name_of(path) for path, _ in attributes(roles, set())}
    assert set(MAY_NAME_ROLES) - {"cms/vocabulary.py", "cms/policy.py"} <= naming


def test_rules_are_private_to_their_feature() -> None:
    """Each `rules.py` of a feature has its contract in pyproject.toml."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    kept = {m for c in contracts if c["type"] == "protected" for m in c["protected_modules"]}
    there = {name_of(path)[:-3].replace("/", ".") for path in (ROOT / "cms").glob("*/rules.py")}
    assert there <= kept


def test_locks_name_no_registry() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", text), lock.name
        pinned = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
        assert all("==" in line and line.endswith("\\") for line in pinned), f"{lock.name}: not all pinned by hash"


def test_the_editors_lock_names_no_registry() -> None:
    assert "resolved" not in (ROOT / "frontend/package-lock.json").read_text()


def test_every_package_of_the_editor_is_explained() -> None:
    package = json.loads((ROOT / "frontend/package.json").read_text())
    named = {*package["dependencies"], *package["devDependencies"]}
    page = (ROOT / "docs/dependencies.md").read_text()
    wanted = {name for name in named if not name.startswith(("@tiptap/", "@types/"))}
    assert {name for name in wanted if f"`{name}`" not in page} == set()
    pinned = {**package["dependencies"], **package["devDependencies"]}
    assert {name for name, version in pinned.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)} == set()


def test_every_dependency_is_explained() -> None:
    """Each has its line in docs/dependencies.md: what it is for, why this one, where its one door is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["postgres"]]
    named += project["dependency-groups"]["dev"] + project["dependency-groups"]["build"]
    page = (ROOT / "docs/dependencies.md").read_text().lower()
    wanted = {re.split(r"[\[<>=~;! ]", each, maxsplit=1)[0].lower() for each in named}
    assert {each for each in wanted if f"`{each}`" not in page} == set()
