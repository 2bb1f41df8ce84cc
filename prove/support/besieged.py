"""Numbers and phones under attack, and whether their owners get in. Imports models: only inside ``platform_inside``."""

import collections
import datetime as dt
from typing import Any

import time_machine

from kuaiji.common import clock
from kuaiji.limits.services import address_of
from people.lockouts import TIMES, by_number, by_phone, outcomes
from people.sign_in_steps import make_owner
from prove.support.inside import in_processes
from prove.support.people import VERIFY, Person, address, registers, somebody

NEWCOMERS, OTHERS = 1_000_000, 2_000_000  # where the numbers of each begin
NEW = "秋水 blue-heron 88"
MINUTE = dt.timedelta(minutes=1)

Came = tuple[str, dict[str, int]]  # how it ended for the owner, and what the attack was answered


def figures(owners: int, newcomers: int) -> tuple[dict[str, Any], list[str]]:
    """How many of them were attacked, with how many acts, and how many got in."""
    found: dict[str, Any] = {"owners": _told(in_processes(attacked_owner, range(owners)))}
    found["newcomers"] = _told(in_processes(attacked_newcomer, range(NEWCOMERS, NEWCOMERS + newcomers)))
    wrong = [name for name, told in found.items() if told["in"] != told["attacked"]]
    return found, wrong


def attacked_owner(number: int) -> Came:
    """Somebody registered: number, then phone, are used up; then the owner comes, in a browser never seen."""
    victim = somebody(number)
    make_owner(victim)
    answers = _attack(number, phone_too=True)
    return _recovers(number), answers


def attacked_newcomer(number: int) -> Came:
    """Somebody who is not registered yet: the number is used up, which must not matter."""
    answers = _attack(number, phone_too=False)
    return registers(Person(address(number)), somebody(number)) or "in", answers


def _attack(number: int, *, phone_too: bool) -> dict[str, int]:
    """From an address of its own, so that no two attacks share the budget of one."""
    victim = somebody(number)
    here = address_of(f"{10 if phone_too else 12}.{number % 250}.{number // 250 % 250}.9")
    answers = collections.Counter(outcomes(by_number(victim, here)))
    if phone_too:
        now = clock.now()
        for step in range(TIMES):
            with time_machine.travel(now - (TIMES - step) * 13 * MINUTE, tick=False):
                other = somebody(OTHERS + number * TIMES + step)
                there = address_of(f"11.{number % 250}.{number // 250 % 250}.{step}")
                answers.update(outcomes(by_phone(victim, [other], there)))
    return dict(answers)


def _recovers(number: int) -> str:
    person, victim = Person(address(number)), somebody(number)
    person.open("/recover/")
    page = person.ask_for_code(document_number=victim.person.document.number, phone=victim.phone)
    if page.status != 200:
        return page.summary
    person.send(VERIFY, sms_code=person.code(person.client.session["recovery"]))
    person.send(password1=NEW)
    return "in" if person.path == "/me/" and person.client.get("/me/").status_code == 200 else person.path


def _told(came: list[Came]) -> dict[str, Any]:
    ends, answers = zip(*came, strict=True)
    acts = sum(map(collections.Counter, answers), collections.Counter[str]())
    kept_out = collections.Counter(end for end in ends if end != "in")
    return {"attacked": len(ends), "acts": acts.total(), "in": ends.count("in"), "kept_out": dict(kept_out)} | {
        "answers": {code or "done": times for code, times in acts.items()}
    }
