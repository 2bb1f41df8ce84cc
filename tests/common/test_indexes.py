"""No index of the platform's tables is there twice."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

# Both whole btrees of a table, without condition or expression; the first is the beginning of the other, not unique.
TWICE = """
SELECT one.indrelid::regclass::text, one.indexrelid::regclass::text, other.indexrelid::regclass::text
FROM pg_index one JOIN pg_index other ON other.indrelid = one.indrelid AND other.indexrelid <> one.indexrelid
JOIN pg_class t ON t.oid = one.indrelid
WHERE NOT one.indisunique AND one.indpred IS NULL AND other.indpred IS NULL
  AND one.indexprs IS NULL AND other.indexprs IS NULL AND NOT t.relispartition
  AND t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE 'procrastinate%'
  AND (other.indkey::text || ' ') LIKE (one.indkey::text || ' %')
  AND (other.indclass::text || ' ') LIKE (one.indclass::text || ' %')
ORDER BY 1, 2
"""
FOR_BEGINNINGS = """
SELECT DISTINCT i.indrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relname LIKE '%\\_like' AND c.relnamespace = 'public'::regnamespace
  AND i.indrelid::regclass::text NOT LIKE 'procrastinate%' ORDER BY 1
"""
# Tables of some hundred rows, and those of the few who move or ask their bureau.
SMALL = {
    "cases_returnreason",
    *("staff_member", "staff_membersession", "staff_factor", "staff_invitation", "staff_recoverycode"),
    *("auth_group", "auth_group_permissions", "auth_permission", "exams_examwindow"),
    *("exams_examrule", "exams_examruleset"),
    *("examchecks_examclient", "examchecks_examclientkey", "messages_reminderplace", "messages_stoppedmessage"),
    *("regions_division", "regions_financebureau", "regions_registry", "regions_servicearea"),
    *("requests_bureaurequest", "transfers_refusedattempts", "transfers_release", "transfers_transfercode"),
    *("transfers_transferin", "transfers_transferout"),
}


def rows(query: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def test_no_index_is_the_beginning_of_another() -> None:
    assert [row for row in rows(TWICE) if row[0] not in SMALL] == []


def test_only_small_tables_are_indexed_for_beginnings_of_words() -> None:
    """Django makes one beside each index of a column of text; nobody here looks for beginnings in a large table."""
    assert {table for (table,) in rows(FOR_BEGINNINGS)} - SMALL == set()
