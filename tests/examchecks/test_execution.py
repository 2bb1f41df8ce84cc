"""Statements outside a transaction, given to libpq by ourselves: values and rows are what psycopg's cursor makes."""

import datetime as dt
import random
import uuid
from typing import Any

import pytest
from django.db import connection, transaction

from kuaiji.examchecks.services.execution import execute

pytestmark = pytest.mark.race
KINDS = ("uuid", "text", "bytea", "smallint", "timestamptz")
QUERY = "SELECT " + ", ".join(f"%({kind})s::{kind}, %({kind}s)s::{kind}[]" for kind in KINDS)
UTC8 = dt.timezone(dt.timedelta(hours=8))


def some(kind: str, chance: random.Random) -> Any:
    moment = dt.datetime(2000, 1, 1, tzinfo=chance.choice([dt.UTC, UTC8]))
    values: dict[str, Any] = {
        "uuid": uuid.UUID(int=chance.getrandbits(128)),
        "text": "".join(chance.choices(["a", "\u4e2d", "\U00020000", "'", "{", ","], k=chance.randrange(9))),
        "bytea": chance.randbytes(chance.randrange(40)),
        "smallint": chance.randrange(-(2**15), 2**15),
        "timestamptz": moment + dt.timedelta(microseconds=chance.randrange(-(2**55), 2**55)),
    }
    return values[kind]


def many(kind: str, chance: random.Random) -> list[Any]:
    return [some(kind, chance) if chance.random() < 0.9 else None for _ in range(1 + chance.randrange(20))]


def test_values_arrive_as_they_are_and_as_within_a_transaction() -> None:
    chance = random.Random(125)
    for _ in range(200):
        given = {kind: some(kind, chance) if chance.random() < 0.9 else None for kind in KINDS}
        given |= {f"{kind}s": many(kind, chance) for kind in KINDS}
        [by_itself] = execute(QUERY, given)
        assert list(by_itself) == [given[f"{kind}{s}"] for kind in KINDS for s in ("", "s")]
        with transaction.atomic():
            assert [by_itself] == execute(QUERY, given)


def test_a_statement_that_the_server_was_told_to_forget_is_prepared_anew() -> None:
    """As psycopg tells it after a rollback."""
    for _ in range(3):
        assert execute("SELECT %(n)s::smallint", {"n": 7}) == [(7,)]
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")


def test_a_statement_is_prepared_once_and_planned_once() -> None:
    for n in range(20):
        execute("SELECT id FROM identity_user WHERE id = %(id)s::uuid", {"id": uuid.UUID(int=n)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT id %%'")
        assert cursor.fetchall() == [(15,)]
