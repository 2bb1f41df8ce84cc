"""Operations, events and the access log: only added, and only inside the write's transaction."""

import dataclasses
import datetime as dt
from typing import ClassVar

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import RequestFactory
from psycopg.errors import InsufficientPrivilege

from kuaiji.audit import access, models
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import DomainEvent, Operation, record_events
from kuaiji.common.ids import lowest_uuid7, uuid7
from kuaiji.keys.models import PersonKey
from people.records.audit_attacks import ATTACKS

pytestmark = pytest.mark.django_db


@dataclasses.dataclass(frozen=True, kw_only=True)
class Moved(DomainEvent):
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"before", "after"})
    on: dt.date
    before: str
    after: str


def an_operation() -> Operation:
    return Operation(kind=OperationKind.DRAFT_SAVING, actor_kind=ActorKind.SYSTEM)


def moved() -> Moved:
    return Moved(subject_id=uuid7(), on=dt.date(2026, 5, 1), before="旧地址一号", after="新地址二号")


def test_personal_values_are_sealed_and_the_rest_is_plain() -> None:
    operation, key, event = an_operation(), PersonKey.objects.make(), moved()
    record_events(operation, event, person_key=key)
    row = models.Event.objects.get(subject_id=event.subject_id)
    assert row.kind == "Moved" and row.data == {"on": "2026-05-01"} and row.operation_id == operation.id
    assert row.personal == {"before": "旧地址一号", "after": "新地址二号"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT personal FROM audit_event WHERE id = %s", [row.pk])
        assert "地址".encode() not in bytes(cursor.fetchone()[0])


def test_an_operation_is_one_row_however_often_it_records() -> None:
    operation, key = an_operation(), PersonKey.objects.make()
    record_events(operation, moved(), person_key=key)
    record_events(operation, moved(), person_key=key)
    assert models.Operation.objects.filter(pk=operation.id).count() == 1
    assert models.Event.objects.filter(operation_id=operation.id).count() == 2


def test_personal_values_without_a_key_are_a_programming_fault() -> None:
    with pytest.raises(RuntimeError, match="no key"):
        record_events(an_operation(), moved())


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_app_role_can_neither_change_nor_escape(attack: str) -> None:
    with pytest.raises(ProgrammingError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert isinstance(refused.value.__cause__, InsufficientPrivilege)


def test_partitions_cover_two_years_and_each_row_finds_its_month() -> None:
    operation = an_operation()
    record_events(operation)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM audit_operation WHERE id = %s", [operation.id])
        assert cursor.fetchone()[0] == f"audit_operation_{operation.at:%Y%m}"
        cursor.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_event'::regclass",
        )
        assert cursor.fetchone()[0] >= 26
        cursor.execute("SELECT kuaiji_uuid7_floor('2026-12-01T00:00:00Z')")
        assert cursor.fetchone()[0] == lowest_uuid7(dt.datetime(2026, 12, 1, tzinfo=dt.UTC))


def test_notes_gather_on_the_request() -> None:
    request = RequestFactory().get("/")
    access.note(request, "portal.me")
    access.note(request, "transfers.out", outcome="refused")
    noted = [(one.action, one.outcome) for one in access.noted(request)]
    assert noted == [("portal.me", "ok"), ("transfers.out", "refused")]
