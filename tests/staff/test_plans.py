"""What a member did is found by an index of each month, whatever else happened."""

import json
import uuid
from typing import Any

import pytest
from django.db import connection

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Operation
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.staff.team.reading import what_was_done
from tests.support.members import make_member

pytestmark = pytest.mark.django_db


def rows_read(node: dict[str, Any]) -> int:
    return int(node["Actual Rows"] + node.get("Rows Removed by Filter", 0))


def test_what_was_done_reads_the_index_of_staff_and_few_rows() -> None:
    member = make_member()
    actors = [(ActorKind.CITIZEN, uuid7()), (ActorKind.STAFF, uuid7()), (ActorKind.STAFF, uuid.UUID(str(member.pk)))]
    Operation.objects.bulk_create(
        Operation(kind=OperationKind.CASE_HANDLING, actor_kind=kind, actor_id=actor, at=clock.now())
        for kind, actor in actors
        for _ in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_operation")
        cursor.execute("SET LOCAL enable_sort = off")  # the order is the index's: at these sizes a sort costs as much
    mine = Operation.objects.filter(actor_kind="staff", actor_id=member.pk).order_by("-pk")[:30]
    plan = json.loads(mine.explain(format="json", analyze=True))[0]["Plan"]
    scans = [node for node in nodes(plan) if "Relation Name" in node]
    assert any("operation_of_staff" in node.get("Index Name", "") for node in nodes(plan))
    # Of six thousand; parts of other months hold next to nothing here, and may be read whole.
    assert sum(map(rows_read, scans)) <= 100
    assert [line.by for line in what_was_done(member)] == [member.name] * 30


def test_every_month_has_its_part_and_so_has_one_to_come() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE t.relkind = 'r'), (SELECT count(*) FROM pg_inherits "
            "WHERE inhparent = 'operation_of_staff'::regclass), (SELECT indisvalid FROM pg_index "
            "WHERE indexrelid = 'operation_of_staff'::regclass) FROM pg_inherits i "
            "JOIN pg_class t ON t.oid = i.inhrelid "
            "WHERE i.inhparent = 'audit_operation'::regclass"
        )
        months, parts, is_valid = cursor.fetchone()
    assert months == parts > 20 and is_valid


def nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(inner for child in node.get("Plans", ()) for inner in nodes(child))]
