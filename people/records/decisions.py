"""Clerks who decide at the same moment, and workers who are killed while they carry decisions out."""

import datetime as dt
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from typing import Any

from django.db import connections
from django.db.models import F

from kuaiji.applications.enums import ApplicationState
from kuaiji.applications.models import Application
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.deciding import Judgement, Page, decide
from kuaiji.cases.services.filling import fill_cases
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.keys.models import PersonKey
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from people.factories.applications import ApplicationFactory
from people.houses.killing import kill

WORK = """
import django
django.setup()
from kuaiji.cases.services.carrying_out import carry_out_due
while carry_out_due():
    pass
"""
RETURN = Judgement(verdict=Verdict.RETURN, reasons=["asked_twice"])


def open_cases(number: int) -> None:
    """So many corrections that wait for any bureau."""
    for _ in range(number):
        ApplicationFactory.create()
    fill_cases()


def clerks(number: int) -> list[Member]:
    """So many of 荔湾区."""
    bureau, now = bureau_of("440103"), clock.now()
    assert bureau
    return [
        Member.objects.create(
            data_key=PersonKey.objects.make(),
            username=f"clerk{place}",
            name="周经办",
            bureau=bureau,
            roles=[Role.CLERK.value],
            password="none",
            joined_at=now,
            last_used_at=now,
        )
        for place in range(number)
    ]


def all_decide_all(members: list[Member], seed: int = 1) -> Counter[str]:
    """Each clerk, on a connection of the own, decides every case that is open, in an order of the own; how often it
    was done, and how often each refusal was told."""
    cases, told = list(Case.objects.values_list("pk", flat=True)), [Counter[str]() for _ in members]

    def work(place: int) -> None:
        order = random.Random(seed + place).sample(cases, len(cases))
        try:
            for case_id in order:
                told[place][_decide(members[place], case_id)] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(members))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(told, Counter())


def carried_out_by_killed_workers(database: str, *, after: int, patience: float) -> int:
    """The ten minutes of all decisions are over; workers carry them out, and each is killed (-9) once it has done
    ``after`` of them. How many were killed."""
    Decision.objects.update(effective_at=F("effective_at") - dt.timedelta(minutes=10))
    waiting = Decision.objects.filter(carried_out_at=None, taken_back_at=None, void_at=None)
    env = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "kuaiji.config.settings"}
    end, killed = time.monotonic() + patience, 0
    while (left := waiting.count()) and time.monotonic() < end:
        worker = subprocess.Popen([sys.executable, "-c", WORK], env=env, stderr=subprocess.DEVNULL)
        while worker.poll() is None and left - waiting.count() < after and time.monotonic() < end:
            time.sleep(0.01)
        if worker.poll() is None:
            kill(worker.pid)
            killed += 1
        worker.wait()
    return killed


def counted() -> dict[str, int]:
    """What came of it; all but the first have to be 0."""
    refused = Counter(Event.objects.filter(kind="RequestRefused").values_list("subject_id", flat=True))
    cases = Counter(Decision.objects.filter(void_at=None).values_list("case", flat=True))
    return {
        "cases": Case.objects.count(),
        "decided_twice": sum(number > 1 for number in cases.values()),
        "not_decided": Case.objects.count() - len(cases),
        "open_still": Case.objects.filter(closed_at=None).count(),
        "lost": Application.objects.exclude(state=ApplicationState.REFUSED).count(),
        "doubled": sum(number > 1 for number in refused.values()),
        "without_event": Application.objects.count() - len(refused),
    }


def _decide(member: Member, case_id: Any) -> str:
    operation = Operation(kind=OperationKind.CASE_DECIDING, actor_kind=ActorKind.STAFF, actor_id=member.pk)
    page = Page(key=uuid.uuid4(), stage=1)
    try:
        decide(operation=operation, case_id=case_id, member=member, judgement=RETURN, page=page)
    except RuleBroken as refused:
        return refused.code
    return "decided"
