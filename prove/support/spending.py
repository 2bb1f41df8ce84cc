"""People and programs that ask for codes, and who gets them. Imports models: only inside ``platform_inside``."""

import collections
import datetime as dt
import heapq
import random
from typing import Any

import time_machine

from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import SmsCode
from kuaiji.identity.people.details import Details
from kuaiji.identity.recovery.services import prove_recovery, send_recovery_code, start_recovery
from kuaiji.identity.registration.services import send_registration_code, start_registration
from kuaiji.identity.sms_codes.services import check_code
from kuaiji.limits import budgets
from kuaiji.limits.services import Address, address_of
from people.sign_in_steps import DRAW, make_owner, run_jobs
from prove.support.inside import in_processes
from prove.support.people import somebody

Figures = tuple[dict[str, Any], list[str]]
SECOND, MINUTE, HOUR, DAY = (dt.timedelta(seconds=seconds) for seconds in (1, 60, 3600, 86400))
OURS, THEIRS, NEWCOMERS, OWNERS = 1_000_000, 2_000_000, 3_000_000, 4_000_000  # where the numbers of each begin
LATE, READING = 0.05, (20, 90)  # share of messages that come after the second was asked for; seconds to enter a code
COMES_BACK = (120, 300)  # seconds until somebody who was told to wait tries again
PAUSE = 5 * MINUTE  # between waves


def behind_one_address(people: int, *, minutes: int) -> Figures:
    """All come within so many minutes to one address in a network not known; how many get through in two hours."""
    rng, here = random.Random(f"crowd {people}"), address_of("203.0.113.9")
    begin, told, waits = clock.now(), collections.Counter[int](), []
    queue: list[tuple[dt.datetime, int, str, Any]] = [
        (begin + dt.timedelta(seconds=rng.uniform(0, minutes * 60)), number, "ask", None) for number in range(people)
    ]
    heapq.heapify(queue)
    came, served = {number: at for at, number, _, _ in queue}, set[int]()
    while queue and queue[0][0] < begin + 2 * HOUR:
        at, number, act, form = heapq.heappop(queue)
        with time_machine.travel(at, tick=False):
            if act == "enter":
                _enters(form, number)
                served.add(number)
                waits.append((at - came[number]).total_seconds())
                continue
            form, refusal = _registers(OURS + number, here, form)
            late = form is not None and act == "ask" and rng.random() < LATE
            then = "again" if late else "enter" if not refusal else act
            pause = 61 if late else rng.uniform(*(COMES_BACK if refusal else READING))
            told[number] += bool(refusal)
            heapq.heappush(queue, (at + pause * SECOND, number, then, form))
    found = {
        "people": people,
        "served": len(served),
        "told_to_come_back": sum(map(bool, told.values())),
        "longest_minutes": round(max(waits) / 60, 1),
    }
    return found, [] if len(served) == people else ["served"]


def program_at_one_address(requests: int) -> Figures:
    """One a second, from one address."""
    begin, here, came_to = clock.now(), address_of("203.0.113.9"), collections.Counter[str]()
    for number in range(requests):
        with time_machine.travel(begin + number * HOUR / requests, tick=False):
            came_to[_registers(THEIRS + number, here)[1]] += 1
    sent = _sent(begin)
    found = {"requests": requests, "outcomes": dict(came_to), "messages_to_the_program": sent}
    return found, [] if sent <= 30 else ["messages_to_the_program"]


def program_from_everywhere(requests: int, addresses: int, people: int, *, pause: dt.timedelta = PAUSE) -> Figures:
    """A day of a program, and of people among it: of each kind ``people``, spread over the day. Owners come five times,
    hours apart.
    """
    begin, waves = clock.now(), DAY // pause
    known = [address_of(f"100.{number}.0.1") for number in range(20)]
    for address in known:
        budgets.remember_network(address.networks[0])
    owners = [somebody(OWNERS + number) for number in range(max(1, people // 10))]
    for owner in owners:
        make_owner(owner)
    came_to = {name: collections.Counter[str]() for name in ("program", "known", "bound", "newcomers")}
    for wave in range(waves):
        with time_machine.travel(begin + wave * pause, tick=False):
            for number in range(wave, requests, waves):
                came_to["program"][_registers(THEIRS + number, _one_of(addresses, number))[1]] += 1
            for number in range(wave, people, waves):
                came_to["known"][_comes(OURS + number, known[number % len(known)])] += 1
                came_to["newcomers"][_comes(NEWCOMERS + number, address_of(f"150.{number % 250}.0.1"))] += 1
            for number in range(wave, 5 * len(owners), waves):
                came_to["bound"][_recovers(owners[number % len(owners)], address_of(f"160.{number % 250}.0.1"))] += 1
    return _of_a_day(came_to, _program_messages(begin))


def programs_at_once(requests: int) -> Figures:
    """From as many networks at the very same moment."""
    came_to = collections.Counter(in_processes(_of_a_network_of_its_own, range(THEIRS, THEIRS + requests)))
    sent = SmsCode.objects.count()
    found = {"requests": requests, "outcomes": dict(came_to), "messages_to_the_program": sent}
    return found, [] if sent == 200 else ["messages_to_the_program"]


def _of_a_day(came_to: dict[str, collections.Counter[str]], times: list[dt.datetime]) -> Figures:
    found: dict[str, Any] = {name: {"asked": of.total(), "served": of[""]} for name, of in came_to.items()}
    found["newcomers"]["told_to_come_back"] = came_to["newcomers"].total() - came_to["newcomers"][""]
    found["messages_to_the_program"] = len(times)
    found["most_in_an_hour"] = max(sum(at <= other < at + HOUR for other in times) for at in times)
    limits = {"messages_to_the_program": 1500, "most_in_an_hour": 200}
    wrong = [name for name, most in limits.items() if found[name] > most]
    wrong += [name for name in ("known", "bound") if found[name]["served"] < 0.99 * found[name]["asked"]]
    return found, wrong


def _one_of(addresses: int, number: int) -> Address:
    """One of so many, four in a network."""
    place = number % addresses
    return address_of(f"{20 + place // 4 // 250}.{place // 4 % 250}.0.{place % 4}")


def _registers(number: int, address: Address, form: Any = None) -> tuple[Any, str]:
    """Ask for a code to one more phone: the form, and the code of the refusal."""
    form = form or start_registration(works_in_accounting=True, holds_qualification=True)
    try:
        send_registration_code(registration=form, details=somebody(number), address=address)
    except RuleBroken as broken:
        return None, broken.code
    return form, ""


def _comes(number: int, address: Address) -> str:
    form, refusal = _registers(number, address)
    if not refusal:
        _enters(form, number - OURS)
    return refusal


def _enters(form: Any, number: int) -> None:
    person = somebody(OURS + number)
    run_jobs(DRAW)
    check_code(purpose="registration", form_id=form.pk, phone=person.phone, digits=_digits(form))


def _recovers(person: Details, address: Address) -> str:
    """An owner in a network that is not known: the code goes to the bound phone and is entered."""
    form = start_recovery()
    who: dict[str, Any] = {"number": person.person.document.number, "phone": person.phone, "document_type": ""}
    try:
        send_recovery_code(recovery=form, address=address, **who)
        run_jobs(DRAW)
        prove_recovery(recovery=form, sms_code=_digits(form), **who)
    except RuleBroken as broken:
        return broken.code
    return ""


def _digits(form: Any) -> str:
    code = SmsCode.objects.select_related("message").filter(form_id=form.pk).latest("created_at")
    return str(code.message.parameters["code"]) if code.message else "no message"


def _of_a_network_of_its_own(number: int) -> str:
    place = number - THEIRS
    return _registers(number, address_of(f"{20 + place // 250}.{place % 250}.0.1"))[1]


def _sent(begin: dt.datetime) -> int:
    return SmsCode.objects.filter(created_at__gte=begin).count()


def _program_messages(begin: dt.datetime) -> list[dt.datetime]:
    """When a code was granted that nobody entered: those of the program alone, for everybody else enters theirs."""
    return list(SmsCode.objects.filter(used_at=None, created_at__gte=begin).values_list("created_at", flat=True))
