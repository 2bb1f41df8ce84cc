"""Honest people in bad company. Imports models: only inside ``platform_inside``."""

import collections
from collections.abc import Iterable
from typing import Any

import structlog

from kuaiji.identity import attempts
from kuaiji.identity.models import SmsCode
from kuaiji.identity.registration.services import start_registration
from kuaiji.limits import tasks
from prove.support.inside import WORKERS, in_processes
from prove.support.people import SEND, Person, address, browser, registers, somebody

_FREE = attempts.CODE_FROM_ADDRESS.free_in_total
assert _FREE
BUDGET = _FREE.most
OURS, THEIRS = 1_000_000, 2_000_000  # where the numbers of honest people and of attackers begin
SHARED = address(OURS)

Visit = tuple[str, int]  # where it stopped, empty when it went well; how many questions were asked


def behind_one_address(people: int) -> tuple[dict[str, Any], list[str]]:
    """Do ``people`` of one address all get through to the proven phone, with one question at most?"""
    return _told(in_processes(_from_shared, range(OURS, OURS + people)))


def during_a_spray(requests: int, people: int) -> tuple[dict[str, Any], list[str]]:
    """Do codes to many phones stop at the budget line, is the alarm raised, and do people still get through?"""
    came_to = collections.Counter(in_processes(_spray, range(THEIRS, THEIRS + requests)))
    unentered = SmsCode.objects.filter(used_at=None).count()
    with structlog.testing.capture_logs() as logs:
        tasks.watch(timestamp=0)
    alarms = [line for line in logs if line["event"] == "over_total_allowance"]
    found, wrong = _told(in_processes(_from_everywhere, range(OURS, OURS + people)))
    spray = {"requests": requests, "outcomes": dict(came_to), "budget": BUDGET, "codes_sent": unentered}
    if not BUDGET <= unentered < BUDGET + WORKERS:
        wrong.append("codes_sent")
    if len(alarms) != 1:
        wrong.append("alarms")
    return spray | {"alarms": len(alarms)} | found, wrong


def _told(visits: Iterable[Visit]) -> tuple[dict[str, Any], list[str]]:
    faults, questions = zip(*visits, strict=True)
    blocked = collections.Counter(fault for fault in faults if fault)
    found = {
        "people": len(faults),
        "served": faults.count(""),
        "blocked": dict(blocked),
        "most_questions_each": max(questions),
        "people_asked": sum(map(bool, questions)),
    }
    return found, [*(["blocked"] if blocked else []), *(["questions"] if max(questions) > 1 else [])]


def _from_shared(number: int) -> Visit:
    person = Person(SHARED)
    return registers(person, somebody(number)), person.questions


def _from_everywhere(number: int) -> Visit:
    person = Person(address(number))
    return registers(person, somebody(number)), person.questions


def _spray(number: int) -> str:
    """One more phone from one more address, by a program that answers no questions."""
    form = start_registration(works_in_accounting=True, holds_qualification=True)
    typed = somebody(number).flat() | dict([SEND])
    response = browser(address(number), form).post("/register/details/", typed)
    asked = response.status_code == 422 and "请回答" in response.content.decode()
    return "asked" if asked else f"page {response.status_code}"
