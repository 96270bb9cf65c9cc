from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, inspect, update

from cms.core.db import make_engine
from cms.search.index import IndexUnavailable
from cms.search.postgres_index import PostgresIndex
from cms.search.postgres_index.tables import STATES
from cms.search.query import parse
from tests.databases import NO_POSTGRES, new_database
from tests.search.contract import CLOCKS, IndexContract, piece, quiet

pytestmark = NO_POSTGRES


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with new_database("postgresql", tmp_path_factory.getbasetemp()) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def make(engine: Engine) -> Iterator[Callable[[], PostgresIndex]]:
    yield lambda: PostgresIndex(engine, "edition")
    PostgresIndex(engine, "edition").drop()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


class TestPostgresIndex(IndexContract):
    def test_another_host_sees_what_one_wrote(self, make: Callable[[], PostgresIndex]) -> None:
        writer, reader = make(), make()
        writer.rebuild(CLOCKS, quiet)
        assert self.ids(reader, "bread") == [4]
        writer.apply([piece(9, "Pendulum", section=CLOCKS[1].section)], [4])
        assert self.ids(reader, "pendulum section:networks") == [9]
        writer.rebuild([piece(10, "Pendulum")], quiet)
        assert self.ids(reader, "pendulum") == [10]

    def test_two_indexes_of_one_database_are_apart(self, make: Callable[[], PostgresIndex], engine: Engine) -> None:
        make().rebuild(CLOCKS, quiet)
        other = PostgresIndex(engine, "newsroom")
        assert not other.is_ready()
        other.rebuild([piece(7, "Clock")], quiet)
        other.drop()
        assert self.ids(make(), "clock")[0] in (1, 2)

    def test_older_builds_are_taken_away(self, make: Callable[[], PostgresIndex], engine: Engine) -> None:
        for _ in range(3):
            make().rebuild(CLOCKS, quiet)
        assert len(tables(engine)) == 4  # what state it is in, documents, words, labels
        make().drop()
        assert tables(engine) == {"search_state"}

    def test_an_index_of_another_version_is_refused(self, make: Callable[[], PostgresIndex], engine: Engine) -> None:
        make().rebuild(CLOCKS, quiet)
        with engine.begin() as connection:
            connection.execute(update(STATES).values(version="0"))
        with pytest.raises(IndexUnavailable, match="another version"):
            make().search(parse("clock"))

    def test_what_stands_far_down_and_often_is_found(self, make: Callable[[], PostgresIndex]) -> None:
        index = make()
        index.rebuild([piece(1, "Long", "clock " * 20_000 + "pendulum at last"), piece(2, "Clock")], quiet)
        assert self.ids(index, "pendulum") == [1]
        assert self.ids(index, "clock") == [1, 2]
