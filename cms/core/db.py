"""Tables, sessions, and the one place that opens, commits and rolls back a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from typing import Annotated, Any

import orjson
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Engine,
    Enum,
    MetaData,
    String,
    Text,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from cms.core.errors import Conflict, Unavailable
from cms.language import N_


class UtcDateTime(TypeDecorator[datetime]):
    """Aware moments in UTC; naive ones are refused, because nobody can tell what they mean."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


def read_json(text: Any) -> Any:
    """Return what a JSON column says. SQLite hands over a bare number as a number."""
    return text if isinstance(text, int | float) else orjson.loads(text)


def words(enum: type[StrEnum]) -> Enum:
    """Return the column type of a closed set of words: stored by value, so that adding one changes no table."""
    return Enum(enum, native_enum=False, length=32, values_callable=lambda e: [member.value for member in e])


PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
Line = Annotated[str, mapped_column(String(300), default="")]
Name = Annotated[str, mapped_column(String(200))]
Slug = Annotated[str, mapped_column(String(100))]
Prose = Annotated[str, mapped_column(Text, default="")]
Hash = Annotated[str, mapped_column(String(64))]
Facts = dict[str, Any]
FactList = list[dict[str, Any]]


#: Seconds that a thread waits for its turn to write.
PATIENCE = 10
#: Seconds that SQLite itself waits for another process.
LOCKED = 5
BUSY = N_("The database is busy. Nothing was changed; try again in a moment.")


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own spelling
        datetime: UtcDateTime, Facts: JSON, FactList: JSON, list[str]: JSON, list[int]: JSON,
    }  # fmt: skip


#: When a PostgreSQL that says nothing is taken for gone: seconds to connect (fewer it does not know), and milliseconds
#: without a sign that it has what was sent.
GONE = {"connect_timeout": 2, "tcp_user_timeout": 2_000}
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", "mmap_size=268435456")


def make_engine(url: str) -> Engine:
    """Return an engine for `url` (sqlite or postgresql) with the settings this application relies on."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    options = "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
    given = make_url(url).query.get("options", "")  # the address may carry its own, such as a search_path
    return create_engine(
        url, pool_pre_ping=True, pool_size=8, hide_parameters=True, json_deserializer=read_json,
        connect_args={"options": f"{options} {given}"} | GONE,
    )  # fmt: skip


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, pool_size=16, hide_parameters=True, json_deserializer=read_json, connect_args={"timeout": LOCKED}
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # pysqlite must not begin for us: see _begin
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Reading and then writing in a deferred transaction fails at once with "database is locked" when
        # somebody wrote in between (90 of 120 writes were lost in a measurement); IMMEDIATE waits its turn.
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")

    return engine


def make_sessions(engine: Engine, info: Mapping[str, Any] | None = None) -> sessionmaker[Session]:
    """Return a maker of sessions; `info` is what every session carries along (the wiring, for one)."""
    facts = dict(info or {})
    if engine.dialect.name == "sqlite":
        facts["turn"] = Lock()
    return sessionmaker(engine, expire_on_commit=False, info=facts)


@contextmanager
def _turn(db: Session) -> Iterator[None]:
    """Let the threads of this process write to SQLite one after the other.

    Its own waiting is a lottery of naps: of twenty that saved at once, one in a hundred drew blanks for five seconds
    and was told that the database is busy.
    """
    turn = db.info.get("turn")
    if turn is None:
        yield
        return
    if not turn.acquire(timeout=PATIENCE):
        raise Unavailable(BUSY)
    try:
        yield
    finally:
        turn.release()


@contextmanager
def transaction(db: Session) -> Iterator[Session]:
    """Run one unit of work: commit on success, roll back on any error.

    Never nested: only surfaces and the worker open one, services are called inside it.

    Raises Conflict where a row had changed underneath, Unavailable where the database is locked or gone.
    """
    if db.info.get("writing"):
        raise RuntimeError("transaction blocks do not nest: services never open one")
    if db.new or db.dirty or db.deleted:
        raise RuntimeError("something was changed before the transaction block opened")
    db.commit()  # leave the read snapshot that was taken while the page was being prepared
    with _turn(db):
        yield from _written(db)
    for hook in db.info.pop("after_commit", ()):
        hook()


def _written(db: Session) -> Iterator[Session]:
    """Do the work of `transaction`, once it is this thread's turn."""
    db.info["writing"] = True
    db.info.pop("after_commit", None)  # what a failed block before this one had asked for
    try:
        if db.get_bind().dialect.name == "sqlite":
            db.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        yield db
        db.commit()
    except StaleDataError as exc:
        db.rollback()
        raise Conflict("Someone saved this while you were working on it.") from exc
    except IntegrityError as exc:
        db.rollback()
        if not _is_doubled(exc):
            raise  # a broken invariant is a bug of ours, and must look like one
        raise Conflict("Someone was faster: the same name or address was taken a moment ago.") from exc
    except OperationalError as exc:
        db.rollback()
        raise Unavailable(BUSY) from exc
    except BaseException:
        db.rollback()
        raise
    finally:
        db.info["writing"] = False


def after_commit(db: Session, hook: Any) -> None:
    """Call `hook()` once this transaction is committed (and never if it is not)."""
    hooks = db.info.setdefault("after_commit", [])
    if hook not in hooks:
        hooks.append(hook)


def _is_doubled(error: IntegrityError) -> bool:
    """Tell a value that was taken (SQLSTATE 23505, unique_violation) from every other broken constraint."""
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(error.orig)
