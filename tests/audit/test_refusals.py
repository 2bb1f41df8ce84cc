"""Refusals of strangers that concern nobody are counted in bulk; whatever concerns somebody keeps a row of its own."""

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kuaiji.audit import refusals
from kuaiji.audit.access import Actor, note, set_actor
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.metrics import RefusalCollector
from kuaiji.audit.middleware import access_log
from kuaiji.audit.models import AccessLog, RefusalCount
from kuaiji.audit.refusals import NETWORKS, RETENTION, count_refusal, sweep_refusals
from tests.support.moments import BEGIN

SOMEBODY = uuid.UUID(int=7)
WRONG: dict[str, Any] = {"action": "identity.login", "outcome": "sign_in_refused"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("actor", "subject", "outcome", "rows"),
    [
        (None, None, "sign_in_refused", 0),
        (None, None, "ok", 1),
        (None, SOMEBODY, "ok", 1),
        (None, SOMEBODY, "not_found", 1),
        (SOMEBODY, None, "password_wrong", 1),
        (SOMEBODY, SOMEBODY, "not_found", 1),
    ],
)
def test_only_what_concerns_nobody_is_counted_in_bulk(
    actor: uuid.UUID | None, subject: uuid.UUID | None, outcome: str, rows: int
) -> None:
    request = RequestFactory(REMOTE_ADDR="203.0.113.9").get("/")
    request.user = AnonymousUser()
    set_actor(request, lambda: Actor(ActorKind.CITIZEN, actor))
    note(request, "identity.login", subject_id=subject, outcome=outcome)
    access_log(lambda request: HttpResponse())(request)
    assert (AccessLog.objects.count(), RefusalCount.objects.count()) == (rows, 1 - rows)


@pytest.mark.django_db
def test_a_thousand_wrong_guesses_leave_a_row_a_minute_and_network() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for _ in range(3):
            for address in ("203.0.113.9", "203.0.200.1", "198.51.100.7"):
                client = Client(REMOTE_ADDR=address)
                for _ in range(3):
                    client.post("/login/", {"document_number": "E1234567", "password": "wrong"})
            traveller.shift(dt.timedelta(minutes=1))
    assert not AccessLog.objects.exists()
    counted = RefusalCount.objects.order_by("minute", "count", "outcome").values_list("count", flat=True)
    assert sum(counted) == 27 and RefusalCount.objects.count() <= 3 * 2 * 2  # two networks, two codes
    assert {len(bytes(network)) for network in RefusalCount.objects.values_list("network", flat=True)} == {32}


@pytest.mark.django_db
def test_very_many_networks_of_a_minute_count_together() -> None:
    with time_machine.travel(BEGIN, tick=False):
        for number in range(NETWORKS + 50):
            count_refusal(network=number.to_bytes(32), **WRONG)
        count_refusal(network=(3).to_bytes(32), **WRONG)
        count_refusal(network=(NETWORKS + 3).to_bytes(32), **WRONG | {"outcome": "limit_guess_on_number"})
    assert RefusalCount.objects.count() == NETWORKS + 2
    assert RefusalCount.objects.get(network=b"").count == 50
    assert RefusalCount.objects.get(network=(3).to_bytes(32)).count == 2


@pytest.mark.race
def test_none_of_those_at_the_same_moment_is_lost() -> None:
    def guesses() -> None:
        for _ in range(5):
            count_refusal(network=bytes(32), **WRONG)
        connections.close_all()

    with time_machine.travel(BEGIN, tick=False):
        threads = [threading.Thread(target=guesses) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert RefusalCount.objects.get().count == 60


@pytest.mark.django_db
def test_counts_are_forgotten_after_half_a_year() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        count_refusal(network=bytes(32), **WRONG)
        traveller.shift(RETENTION)
        sweep_refusals()
        assert RefusalCount.objects.exists()
        traveller.shift(dt.timedelta(minutes=1))
        sweep_refusals()
        assert not RefusalCount.objects.exists()
    assert dt.timedelta(days=183) <= refusals.RETENTION


@pytest.mark.django_db
def test_an_operator_sees_what_was_refused_in_the_last_hour() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        count_refusal(network=bytes(32), **WRONG)
        traveller.shift(dt.timedelta(minutes=61))
        for network in (bytes(32), bytes(31) + b"1"):
            count_refusal(network=network, **WRONG)
        [family] = RefusalCollector().collect()
    assert [(sample.labels, sample.value) for sample in family.samples] == [(WRONG, 2)]
