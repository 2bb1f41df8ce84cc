"""Sends SQL statements one behind the other and reads their answers together."""

import contextlib
from collections.abc import Iterator

from django.db import transaction


@contextlib.contextmanager
def pipelined() -> Iterator[None]:
    """Send the block's statements without waiting for each answer; reading one waits for all before it.

    Meant for inserts. What the database refuses is raised at the latest when the block ends, so it stands inside the
    transaction that such a refusal undoes; an ``update()`` inside would not know how many rows it changed.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError("pipelined() belongs inside a transaction")
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield
