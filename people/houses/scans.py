"""Which tables were read whole, by what PostgreSQL counts of each."""

import collections
import contextlib
from collections.abc import Iterator

from django.db import connection

# What grows with the people of a platform; a table of some hundred rows is read whole with good reason.
ABOUT_PEOPLE = frozenset(
    {
        "accountants_education",
        "accountants_employment",
        "accountants_examrow",
        "accountants_listrow",
        "accountants_namekey",
        "accountants_qualification",
        "accountants_record",
        "accountants_recordversion",
        "attachments_attachment",
        "collection_draft",
        "collection_stepanswers",
        "identity_fingerprint",
        "identity_user",
        "keys_personkey",
    }
)


def whole_reads() -> collections.Counter[str]:
    """How often each table was read whole so far, by this session and by those that have told since."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT relname, seq_scan FROM pg_stat_user_tables")
        return collections.Counter(dict(cursor.fetchall()))


@contextlib.contextmanager
def whole_reads_in() -> Iterator[collections.Counter[str]]:
    """Afterwards: the tables that were read whole in the block, and how often."""
    counted: collections.Counter[str] = collections.Counter()
    before = whole_reads()
    yield counted
    counted.update(whole_reads() - before)
