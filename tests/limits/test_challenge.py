"""The question of a busy address: readable, fair, and no wall (S-22, U-21)."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory

from kuaiji.common.errors import RuleBroken
from kuaiji.identity import attempts
from kuaiji.identity.sessions.store import SessionStore
from kuaiji.limits import challenge
from kuaiji.limits.challenge import Gate, in_chinese
from kuaiji.limits.services import count_act
from people.records.busy import allowance, make_busy
from people.sign_in_steps import refused
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
KIND = attempts.CODE_FROM_ADDRESS
NUMERALS = {in_chinese(number): number for number in range(20)}


def gate(session: Any, address: str = "203.0.113.9") -> Gate:
    """What a request of this session from this address meets."""
    request = RequestFactory(REMOTE_ADDR=address).get("/")
    request.session = session
    return Gate(request, KIND)


def act(door: Gate) -> None:
    """An act through this door, as service and view count it."""
    count_act(KIND, door.address.key)
    door.spend()


def right_answer(question: str) -> int:
    """Read the question as a person would."""
    match = re.fullmatch(r"(\w)加(\w)等于几？", question)
    assert match, question
    return NUMERALS[match[1]] + NUMERALS[match[2]]


@pytest.fixture
def busy() -> None:
    """The address has used up its allowance."""
    make_busy(KIND, "203.0.113.9")


def test_nobody_is_asked_before_the_allowance_is_used_up() -> None:
    assert not gate(SessionStore()).asks


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    "write",
    [
        str, in_chinese, lambda n: f" {n} ", lambda n: "".join(chr(ord(digit) + 0xFEE0) for digit in str(n)),
        lambda n: f"{in_chinese(n)}。", lambda n: in_chinese(n).replace("十", "一十") if n > 9 else in_chinese(n),
    ],
)  # fmt: skip
def test_answers_are_taken_as_people_write_them(write: Any) -> None:
    session = SessionStore()
    for _ in range(20):
        door = gate(session)
        question = door.question
        assert gate(session).question == question  # reloading the page does not change it
        door.answer(write(right_answer(question)))
        assert not door.asks
        session.clear()


@pytest.mark.usefixtures("busy")
def test_one_answer_is_good_for_five_acts() -> None:
    session = SessionStore()
    door = gate(session)
    door.answer(str(right_answer(door.question)))
    for _ in range(challenge.PASSES):
        door = gate(session)
        assert not door.asks
        act(door)
    assert gate(session).asks


@pytest.mark.usefixtures("busy")
def test_another_address_is_not_asked() -> None:
    assert gate(SessionStore()).asks
    assert not gate(SessionStore(), "203.0.113.10").asks


def test_wrong_answers_cost_growing_waits() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        make_busy(KIND, "203.0.113.9")
        session = SessionStore()
        waits = []
        for _ in range(10):
            door = gate(session)
            with pytest.raises(RuleBroken) as caught:
                door.answer(str(right_answer(door.question) + 1))
            assert caught.value.code == "challenge_wrong" and caught.value.field == "challenge"
            waited = 0
            while True:
                door = gate(session)
                broken = refused(lambda door=door: door.answer(str(right_answer(door.question))))  # type: ignore[misc]
                if broken is None:
                    break
                assert broken.code == "challenge_wait"
                traveller.shift(dt.timedelta(seconds=1))
                waited += 1
            waits.append(waited)
            session[challenge.CHALLENGE] = session[challenge.CHALLENGE] | {"passes": 0, "wrong": len(waits)}
        assert waits == [0, 0, 8, 16, 32, 64, 128, 256, 300, 300]


def test_a_thousand_honest_people_behind_one_address() -> None:
    """Each asks for two codes: nobody is refused, nobody answers more than once."""
    asked = []
    for _ in range(1000):
        session, questions = SessionStore(), 0
        for _ in range(2):
            door = gate(session)
            if door.asks:
                questions += 1
                door.answer(in_chinese(right_answer(door.question)))
            assert not door.asks
            act(door)
        asked.append(questions)
    assert max(asked) == 1 and asked[:10] == [0] * 10


def test_forged_addresses_do_not_make_a_new_allowance(settings: Any) -> None:
    for number in range(allowance(KIND).most):
        request = RequestFactory(REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}").get("/")
        request.session = SessionStore()
        act(Gate(request, KIND))
    assert gate(SessionStore()).asks
    settings.ADDRESS_LIMITS = False
    assert not gate(SessionStore()).asks
