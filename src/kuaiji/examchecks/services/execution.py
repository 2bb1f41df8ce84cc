"""One statement on the thread's own connection, prepared once a connection, without the ORM.

It is Django's connection: role, limits and durability are those of every other statement, and a thread has one. A
connection that broke is replaced; what cannot be answered in time is one exception. Values go to libpq in the binary
form of the type that the statement names beside each of them, and the thread waits inside libpq: a cursor's own
steps cost as much again as all the rest of a question (docs/adr/0125).
"""

import datetime as dt
import functools
import operator
import re
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
import structlog
from django.db import Error as DjangoError
from django.db import connection
from psycopg import abc
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format

log = structlog.get_logger(__name__)

Connection = psycopg.Connection[tuple[Any, ...]]
Dump = Callable[[Any], bytes]
_PARAMETER = re.compile(r"%\((?P<name>\w+)\)s::(?P<type>\w+)(?P<many>\[\])?", re.ASCII)
_LENGTH, _ARRAY, _SMALLINT, _BIGINT = (struct.Struct(form) for form in ("!i", "!iiIii", "!h", "!q"))
_NULL = _LENGTH.pack(-1)
_ZERO, _MICROSECOND = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.timedelta(microseconds=1)


class DatabaseAway(Exception):
    """The database did not answer, or not in time. Nothing is known of what was written, so nothing may be answered."""


class Lost(Exception):
    """The connection broke under the statement: it may have been carried out."""


class _Statement(NamedTuple):
    """A query as libpq takes it; ``dumps`` by the names of its values, in their order."""

    name: bytes
    text: bytes
    dumps: Mapping[str, Dump]
    formats: Sequence[Format]


class _Mine(threading.local):
    """The connection that the thread used last, and what reads the rows of each statement prepared on it."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.readers: dict[bytes, abc.Transformer] = {}


_mine = _Mine()


def execute(query: str, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """All rows of the answer, which in autocommit are committed and on disk. ``query`` is one of few, and names the
    type of each value: ``%(id)s::uuid``, ``%(id)s::uuid[]``. Raises DatabaseAway, Lost, and psycopg's errors for what
    is wrong in itself.
    """
    raw = _connected()
    try:
        return _by_itself(raw, _statement(query), parameters) if raw.autocommit else _within(raw, query, parameters)
    except psycopg.Error as error:
        is_well = raw.pgconn.status == ConnStatus.OK
        if is_well and not isinstance(error, psycopg.OperationalError):
            raise
        log.warning("exam_check_database", error=type(error).__name__, code=error.sqlstate or "")
        if is_well:
            raise DatabaseAway from None  # cancelled by a limit
        connection.close()
        raise Lost from None


def _within(raw: Connection, query: str, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """In the caller's transaction, of which psycopg keeps the account: pages and saves ask so."""
    with raw.cursor(binary=True) as cursor:
        return cursor.execute(query, parameters, prepare=True).fetchall()


def _by_itself(raw: Connection, statement: _Statement, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    dumped = [None if (value := parameters[name]) is None else dump(value) for name, dump in statement.dumps.items()]
    if _mine.connection is not raw:
        _mine.connection, _mine.readers = raw, {}
    if statement.name in _mine.readers:
        try:
            return _rows(raw, statement, dumped)
        except psycopg.errors.InvalidSqlStatementName:
            pass  # psycopg tells the server to forget all of them after a rollback
    _checked(raw, raw.pgconn.prepare(statement.name, statement.text))
    _mine.readers[statement.name] = Transformer(raw)
    return _rows(raw, statement, dumped)


def _rows(raw: Connection, statement: _Statement, dumped: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
    result = raw.pgconn.exec_prepared(statement.name, dumped, statement.formats, Format.BINARY)
    _checked(raw, result)
    reader = _mine.readers[statement.name]
    reader.set_pgresult(result)
    return reader.load_rows(0, result.ntuples, tuple)


def _checked(raw: Connection, result: psycopg.pq.abc.PGresult) -> None:
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise psycopg.errors.error_from_result(result, encoding=raw.info.encoding)


@functools.cache
def _statement(query: str) -> _Statement:
    dumps: dict[str, Dump] = {}

    def numbered(match: re.Match[str]) -> str:
        oid, dump = _TYPES[match["type"]]
        dumps[match["name"]] = functools.partial(_array, oid, dump) if match["many"] else dump
        return f"${[*dumps].index(match['name']) + 1}::{match['type']}{match['many'] or ''}"

    text = _PARAMETER.sub(numbered, query).encode()
    return _Statement(f"exam_{id(dumps):x}".encode(), text, dumps, [Format.BINARY] * len(dumps))


def _array(oid: int, dump: Dump, values: Sequence[Any]) -> bytes:
    """PostgreSQL's array of one dimension, in binary (array_send)."""
    pieces = [_ARRAY.pack(1, 1, oid, len(values), 1)]
    for value in values:
        if value is None:
            pieces.append(_NULL)
        else:
            raw = dump(value)
            pieces += (_LENGTH.pack(len(raw)), raw)
    return b"".join(pieces)


def _since_2000(moment: dt.datetime) -> bytes:
    return _BIGINT.pack((moment - _ZERO) // _MICROSECOND)


# Each type that a value may have, by its number in pg_type, and how its binary form is made.
_TYPES: Mapping[str, tuple[int, Dump]] = {
    "bytea": (17, bytes),
    "smallint": (21, _SMALLINT.pack),
    "text": (25, str.encode),
    "timestamptz": (1184, _since_2000),
    "uuid": (2950, operator.attrgetter("bytes")),
}


def _connected() -> Connection:
    try:
        connection.ensure_connection()
    except DjangoError as error:
        log.warning("exam_check_database", error=type(error).__name__, code="")
        raise DatabaseAway from None
    raw: Connection = connection.connection
    return raw
