"""One statement on the thread's own connection, prepared once a connection, without the ORM.

It is Django's connection: role, limits and durability are those of every other statement, and a thread has one. A
connection that broke is replaced; what cannot be answered in time is one exception.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import structlog
from django.db import Error as DjangoError
from django.db import connection

log = structlog.get_logger(__name__)


class DatabaseAway(Exception):
    """The database did not answer, or not in time. Nothing is known of what was written, so nothing may be answered."""


class Lost(Exception):
    """The connection broke under the statement: it may have been carried out."""


def execute(query: str, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """All rows of the answer, which in autocommit are committed and on disk. Raises DatabaseAway, Lost."""
    raw = _connected()
    try:
        with raw.cursor(binary=True) as cursor:
            return cursor.execute(query, parameters, prepare=True).fetchall()
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        log.warning("exam_check_database", error=type(error).__name__, code=getattr(error, "sqlstate", None) or "")
        if not raw.closed:
            raise DatabaseAway from None  # cancelled by a limit: the connection is well
        connection.close()
        raise Lost from None


def _connected() -> psycopg.Connection[tuple[Any, ...]]:
    try:
        connection.ensure_connection()
    except DjangoError as error:
        log.warning("exam_check_database", error=type(error).__name__, code="")
        raise DatabaseAway from None
    raw: psycopg.Connection[tuple[Any, ...]] = connection.connection
    return raw
