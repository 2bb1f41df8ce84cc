"""Everybody against one phone. Imports models: only inside ``platform_inside``."""

import collections
import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import time_machine

from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.recovery.services import send_recovery_code, start_recovery
from kuaiji.identity.registration.services import send_registration_code, start_registration
from kuaiji.sms.models import OutgoingSms
from people.sign_in_steps import DRAW, make_owner, run_jobs
from prove.support.inside import in_processes
from prove.support.people import SEND, address, browser, somebody

VICTIM = somebody(1)
STORM, HOUR = dt.timedelta(minutes=10), dt.timedelta(hours=1)
# Messages to one phone (S-21): what anybody asks for, and as many of 找回密码 by who knows its number too (ADR 0060).
AN_HOUR, A_DAY = 5 + 5, 10 + 10
WAVES = 200  # of the ten minutes
EVERY, LATER = 5, 8  # after the storm: minutes between waves, addresses of each

Ways = tuple[Callable[[], int], Callable[[], bool]]  # through the pages (status), through the services


@dataclasses.dataclass(frozen=True)
class Wave:
    """Part of the storm: what each of ``addresses`` asks for at that moment."""

    at: dt.datetime
    addresses: Sequence[int]
    by_page: int
    by_service: int


def figures(requests: int, addresses: int) -> tuple[dict[str, Any], list[str]]:
    """How many messages came of ``requests`` in ten minutes, and of the whole day; what is off about it."""
    begin = clock.now()
    make_owner(VICTIM)
    waves = [
        Wave(begin + STORM * wave / WAVES, range(wave, addresses, WAVES), 1, requests // addresses - 1)
        for wave in range(WAVES)
    ]
    came_to = sum(in_processes(attack, waves), collections.Counter[str]())
    that_hour = OutgoingSms.objects.count()
    for minutes in range(60, 24 * 60, EVERY):
        came_to += attack(Wave(begin + dt.timedelta(minutes=minutes), range(LATER), 0, 1))
    sent = sorted(OutgoingSms.objects.values_list("created_at", flat=True))
    found = {
        "requests": came_to.total(),
        "addresses": addresses,
        "outcomes": dict(came_to),
        "messages_that_hour": that_hour,
        "messages_in_any_hour": max(sum(at <= other < at + HOUR for other in sent) for at in sent),
        "messages_that_day": len(sent),
    }
    limits = {"messages_that_hour": AN_HOUR, "messages_in_any_hour": AN_HOUR, "messages_that_day": A_DAY}
    return found, [name for name, most in limits.items() if found[name] != most]


def attack(wave: Wave) -> collections.Counter[str]:
    """Do one wave and draw what was asked for; how often it came to what."""
    came_to = collections.Counter[str]()
    with time_machine.travel(wave.at, tick=False):
        for number in wave.addresses:
            page, service = recovering(number) if number % 2 else registering(number)
            for _ in range(wave.by_page):
                came_to[f"page {page()}"] += 1
            for _ in range(wave.by_service):
                came_to[f"service {_outcome(service)}"] += 1
        run_jobs(DRAW)
    return came_to


def registering(number: int) -> Ways:
    """Somebody new who gives the victim's phone as his own."""
    details = dataclasses.replace(somebody(10 + number), phone=VICTIM.phone)
    form = start_registration(works_in_accounting=True, holds_qualification=True)
    client, typed = browser(address(number), form), details.flat() | dict([SEND])
    return (
        lambda: client.post("/register/details/", typed).status_code,
        lambda: send_registration_code(registration=form, details=details),
    )


def recovering(number: int) -> Ways:
    """The victim's own number and phone."""
    form = start_recovery()
    who: dict[str, Any] = {"phone": VICTIM.phone, "document_type": ""}
    client, typed = (
        browser(address(number), form),
        who | {"document_number": VICTIM.person.document.number} | dict([SEND]),
    )
    return (
        lambda: client.post("/recover/", typed).status_code,
        lambda: send_recovery_code(recovery=form, number=VICTIM.person.document.number, **who),
    )


def _outcome(ask: Callable[[], bool]) -> str:
    try:
        return "sent" if ask() else "same form again"
    except RuleBroken as broken:
        return broken.code
