"""Questions to the database that are the same each time but for whom they are about (ADR 0098)."""

import functools
import uuid
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet

T = TypeVar("T")
_ABOUT = uuid.UUID(int=2**128 - 1)  # the place of the id in the statement


class Question(Generic[T]):
    """One row of a query, found by an id, as what ``made`` makes of its columns in their order.

    The ORM builds and compiles a query anew each time, which costs several times as much as asking it: here its SQL is
    made once in a process. For what pages ask all the time, and of columns that are read as the database gives them.
    """

    def __init__(self, made: Callable[..., T], asked: Callable[[uuid.UUID], "QuerySet[Any, Any]"]) -> None:
        self._made, self._asked = made, asked

    def about(self, one: uuid.UUID) -> T:
        """The answer about ``one``. Raises LookupError where there is no such row."""
        sql, parameters = self._statement
        with connection.cursor() as cursor:
            cursor.execute(sql, [one if value == _ABOUT else value for value in parameters])
            row = cursor.fetchone()
        if row is None:
            raise LookupError
        return self._made(*row)

    @functools.cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = self._asked(_ABOUT).query.sql_with_params()
        return str(sql), tuple(parameters)
