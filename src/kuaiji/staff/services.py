"""A look at data that can change none."""

import contextlib
from collections.abc import Iterator

from django.db import connection, transaction


@contextlib.contextmanager
def looking_only() -> Iterator[None]:
    """A transaction, or a part of the one that is open, in which the database refuses every write.

    A write raises django.db.InternalError (read-only SQL transaction, 25006). What comes after it may write again.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
