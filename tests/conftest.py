"""What every test may ask for: a fresh database of its own, the application, and one client per role."""

from __future__ import annotations

import gc
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from xdist.scheduler import LoadScopeScheduling

from cms import wiring
from cms.accounts import service as accounts
from cms.accounts.models import User
from cms.app import create_app
from cms.config import Settings
from cms.core import clock
from cms.core.db import Base, make_engine, transaction
from cms.vocabulary import Role
from cms.wiring import Services, assemble
from tests import factories

POSTGRES = os.environ.get("CMS_TEST_POSTGRES_URL", "")
SECRET = "Wv7mXq2ZrT9pLk4HsYb8NcJd3FgAe6Ru"


class Spread(LoadScopeScheduling):
    """Each test goes to whichever process is free; those that visit a served magazine go to one of two processes.

    Browsers wait more than they work, and each of the two serves a magazine of its own.

    (pytest-xdist's own `loadgroup` marks tests in a way that pytest 9.2 does not hear of.)
    """

    def _split_scope(self, nodeid: str) -> str:
        if not nodeid.startswith("tests/browser/"):
            return nodeid
        return "browser, a to o" if nodeid < "tests/browser/test_p" else "browser, p to z"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    """Called by pytest-xdist, where tests run in several processes."""
    return Spread(config, log)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: whoever looks for garbage need not look there, and need not look so often.

    It was a fifth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once() -> Iterator[None]:
    """Every test has an application of its own, whose 270 addresses Werkzeug compiles anew: a third of a test's time.

    What it makes of one rule serves for every rule with the same words; what builds an address is bound to its rule.
    """
    compiled: dict[tuple[str, ...], dict[str, Any]] = {}
    compile_rule = Rule.compile
    builders = ("_build", "_build_unknown")

    def remembered(rule: Rule) -> None:
        key = (rule.rule, repr(rule.defaults), str(rule.subdomain), str(rule.host), str(rule.merge_slashes))
        if key not in compiled:
            compile_rule(rule)
            found = {name: getattr(rule, name) for name in ("_parts", "_trace", "_converters", "arguments")}
            compiled[key] = found | {name: getattr(rule, name).__func__ for name in builders}
        vars(rule).update(compiled[key])
        vars(rule).update({name: compiled[key][name].__get__(rule) for name in builders})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", remembered)
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Every test has a database of its own, for which SQLAlchemy would write all its SQL anew: a quarter of the time.

    Databases of one kind get one memory of what was written, and their dialects, which are part of its keys, are equal.
    """
    written: dict[str, Any] = {}

    def remembering(url: str, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        engine._compiled_cache = written.setdefault(engine.dialect.name, LRUCache(1_000))
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cms.core.db.create_engine", remembering)
        patch.setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves the machine in a test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            pytest.fail(f"a test tried to open a network connection to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables, made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "galley.db"
    engine = make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a demo on this test's own folder."""
    return Settings(
        data=tmp_path / "data", secret_key=SECRET, public_url="http://localhost", link_checks=False
    ).completed()  # fmt: skip


@pytest.fixture
def services(settings: Settings, template: Path) -> Iterator[Services]:
    """The application's tools, on SQLite."""
    settings.data.mkdir(parents=True)
    shutil.copy(template, settings.data / "galley.db")
    built = assemble(settings)
    # No test pulls the plug, so none waits for the disk.
    event.listen(built.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    yield built
    built.engine.dispose()


@pytest.fixture(scope="session")
def schema() -> Iterator[str]:
    """The address of a schema with all tables on PostgreSQL, of this test process alone; skips where there is none."""
    if not POSTGRES:
        pytest.skip("CMS_TEST_POSTGRES_URL is not set")
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    server = make_engine(POSTGRES)
    with server.begin() as connection:
        connection.execute(text(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))
        connection.execute(text(f'CREATE SCHEMA "{name}"'))
    address = f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3D{name}"
    engine = make_engine(address)
    Base.metadata.create_all(engine, checkfirst=False)
    engine.dispose()
    yield address
    with server.begin() as connection:
        connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
    server.dispose()


@pytest.fixture
def postgres(settings: Settings, schema: str) -> Iterator[Services]:
    """The application's tools, on PostgreSQL; its tables are emptied, as making them takes five times as long."""
    settings.data.mkdir(parents=True)
    built = assemble(replace(settings, database_url=schema))
    yield built
    with built.engine.begin() as connection:
        there = set(inspect(connection).get_table_names())
        for stranger in there - set(Base.metadata.tables):
            connection.execute(text(f'DROP TABLE "{stranger}" CASCADE'))
        names = ", ".join(f'"{name}"' for name in Base.metadata.tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    built.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Services:
    """The tools on each database in turn: for what must hold on both."""
    found: Services = request.getfixturevalue("services" if request.param == "sqlite" else "postgres")
    return found


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates that some test had compiled: every test has an application of its own, but the same templates."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))


@pytest.fixture
def app(services: Services, compiled: FileSystemBytecodeCache) -> Flask:
    """The Flask application."""
    built = create_app(services)
    built.jinja_env.bytecode_cache = compiled
    built.testing = False  # errors become pages, as in service
    built.test_client_class = Client
    return built


@pytest.fixture
def db(services: Services) -> Iterator[Session]:
    """A database session."""
    with services.sessions() as session:
        yield session


class Client(FlaskClient):
    """A browser of this site: it says where its requests come from, and its forms carry their token."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        headers = dict(kwargs.pop("headers", None) or {})
        if kwargs.get("method", "GET") not in ("GET", "HEAD", "OPTIONS") and not kwargs.pop("bare", False):
            headers.setdefault("Sec-Fetch-Site", "same-origin")
            headers.setdefault("X-CSRFToken", self._token())
        return super().open(*args, headers=headers, **kwargs)

    def _token(self) -> str:
        raw = "0" * 40
        with self.session_transaction("/newsroom/") as session:
            session["csrf_token"] = raw
        signer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
        return str(signer.dumps(raw))

    def sign_in(self, db: Session, user: User) -> Client:
        """Give this browser a session of `user`, without the form."""
        with transaction(db):
            token = accounts.begin_session(db, user, label="test")
        self.set_cookie("sid", token)
        return self


@pytest.fixture
def house(db: Session) -> factories.House:
    """Two desks, their sections, and one member of staff per role (see `factories.House`)."""
    return factories.make_house(db)


def _client(app: Flask, db: Session, user: User | None) -> Client:
    client = app.test_client()
    assert isinstance(client, Client)
    return client if user is None else client.sign_in(db, user)


@pytest.fixture
def reader(app: Flask, db: Session) -> Client:
    """Somebody who reads the magazine."""
    return _client(app, db, None)


@pytest.fixture
def stranger(app: Flask, db: Session) -> Client:
    """Somebody at the newsroom's door without a key."""
    return _client(app, db, None)


@pytest.fixture
def writer(app: Flask, db: Session, house: factories.House) -> Client:
    """The writer's browser."""
    return _client(app, db, house.writer)


@pytest.fixture
def editor(app: Flask, db: Session, house: factories.House) -> Client:
    """The browser of the editor of the Systems desk."""
    return _client(app, db, house.editor)


@pytest.fixture
def chief(app: Flask, db: Session, house: factories.House) -> Client:
    """The editor in chief's browser."""
    return _client(app, db, house.chief)


@pytest.fixture
def admin(app: Flask, db: Session, house: factories.House) -> Client:
    """The administrator's browser."""
    return _client(app, db, house.admin)


@pytest.fixture
def client_as(app: Flask, db: Session) -> Callable[[User], Client]:
    """Return the browser of any user."""
    return lambda user: _client(app, db, user)


class Queries:
    """Counts what is sent to the database."""

    def __init__(self, engine: Engine) -> None:
        self.statements: list[str] = []
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "BEGIN")):
            self.statements.append(statement)

    @contextmanager
    def at_most(self, number: int) -> Iterator[None]:
        """Fail where the block sends more statements than `number`, and show them."""
        self.statements.clear()
        yield
        listing = "\n".join(" ".join(s.split())[:300] for s in self.statements)
        assert len(self.statements) <= number, f"{len(self.statements)} queries, {number} allowed:\n{listing}"


@pytest.fixture
def queries(services: Services) -> Queries:
    """The recorder of query budgets: `with queries.at_most(3): reader.get("/")`."""
    return Queries(services.engine)


class Frozen:
    """A clock that stands still until it is told to move."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        """Move on by a timedelta's arguments."""
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Frozen:
    """Hold the clock still at a known moment."""
    hands = Frozen(factories.NOW)
    monkeypatch.setattr(clock, "now", hands)
    return hands


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare text with the file that was agreed on; `GOLDEN=write` writes it anew, to be read in the diff."""
    folder = Path(__file__).parent / "golden"

    def compare(name: str, actual: str) -> None:
        path = folder / name
        if os.environ.get("GOLDEN") == "write":
            path.write_text(actual + "\n")
        assert path.read_text() == actual + "\n"

    return compare


@pytest.fixture(autouse=True)
def four_eyes() -> Iterator[None]:
    """Leave the four-eyes rule as it was found."""
    yield
    wiring.policy.allow_self_approval(False)


ROLES = (Role.WRITER, Role.EDITOR, Role.CHIEF, Role.ADMIN)
