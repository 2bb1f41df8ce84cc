"""Guessing at one person's password. Imports models: only inside ``platform_inside``."""

import contextlib
import datetime as dt
from collections import Counter
from typing import Any
from unittest import mock

import time_machine
from django.conf import settings
from django.test import Client

from kuaiji.common import clock
from kuaiji.identity import attempts
from kuaiji.identity.passwords.hashing import Argon2id
from kuaiji.identity.people.fingerprints import current_fingerprint, number_fingerprints
from kuaiji.limits.services import seconds_to_wait
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from people.sign_in_steps import PASSWORD, make_owner
from prove.support.inside import in_processes
from prove.support.people import PROXY, VERIFY, Person, address, somebody

OWNER = somebody(1)
HOME = address(1_000_000)
NEW = "秋水 blue-heron 88"
DAY = dt.timedelta(days=1)
CHUNKS = 400
ANSWERS = {"证件号或密码不正确": "refused", "密码错误次数过多": "limited"}

Chunk = tuple[dt.datetime, range, int]  # when, which guesses, from how many addresses


def figures(guesses: int, addresses: int) -> dict[str, Any]:
    """What became of ``guesses`` evenly over a day, and of the owner in the middle of it and after it."""
    begin = clock.now()
    make_owner(OWNER)
    own = Person(HOME)
    _signs_in(own, PASSWORD)
    chunks = [(begin + DAY * chunk / CHUNKS, range(chunk, guesses, CHUNKS), addresses) for chunk in range(CHUNKS)]
    came_to = sum(in_processes(guess, chunks[: CHUNKS // 2]), Counter[str]())
    with time_machine.travel(begin + DAY / 2, tick=False):
        elsewhere, at_home = _signs_in(Person(HOME), PASSWORD), _signs_in(own, PASSWORD)
        by_code = _recovers()
    came_to += sum(in_processes(guess, chunks[CHUNKS // 2 :]), Counter[str]())
    with time_machine.travel(begin + DAY, tick=False) as traveller:
        number = current_fingerprint(number_fingerprints(OWNER.person.document.number))
        wait = seconds_to_wait(attempts.GUESS_ON_NUMBER, number)
        traveller.shift(dt.timedelta(seconds=wait))
        afterwards = _signs_in(Person(HOME), NEW)
    return {
        "guesses": guesses,
        "addresses": addresses,
        "hashes": came_to.pop("hashes"),
        "answers": dict(came_to),
        "owner_by_password_in_a_new_browser_meanwhile": elsewhere,
        "owner_by_password_in_an_own_browser_meanwhile": at_home,
        "owner_by_code_meanwhile": by_code,
        "messages_of_the_change": OutgoingSms.objects.filter(template_key=TemplateKey.PASSWORD_CHANGED).count(),
        "owner_by_new_password_afterwards": afterwards,
        "seconds_until_then": wait,
    }


def guess(chunk: Chunk) -> Counter[str]:
    """Some guesses through the page: how often each answer came, and how many hashes were computed."""
    at, numbers, addresses = chunk
    came_to = Counter[str]()
    with time_machine.travel(at, tick=False), contextlib.ExitStack() as stack:
        hashers = [
            stack.enter_context(mock.patch.object(Argon2id, name, autospec=True, side_effect=getattr(Argon2id, name)))
            for name in ("encode", "encode_like", "verify")
        ]
        for number in numbers:
            client = Client(REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": address(number % addresses)})
            typed = {"document_number": OWNER.person.document.number, "password": f"guess {number}"}
            page = client.post("/login/", typed).content.decode()
            came_to[next((name for words, name in ANSWERS.items() if words in page), "in")] += 1
        came_to["hashes"] += sum(hasher.call_count for hasher in hashers)
    return came_to


def _signs_in(person: Person, password: str) -> bool:
    """Does the owner get in with this password? Whatever session there was is over."""
    person.client.cookies.pop(settings.SESSION_COOKIE_NAME, None)
    person.open("/login/")
    person.send(document_number=OWNER.person.document.number, password=password)
    return person.path == "/me/"


def _recovers() -> bool:
    """Does the owner get in by a code and a new password?"""
    person = Person(HOME)
    person.open("/recover/")
    person.ask_for_code(document_number=OWNER.person.document.number, phone=OWNER.phone)
    person.send(VERIFY, sms_code=person.code(person.client.session["recovery"]))
    person.send(password1=NEW)
    return person.path == "/me/" and person.client.get("/me/").status_code == 200
