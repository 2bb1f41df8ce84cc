"""When a partner is left alone, and who finds out that it is well again."""

import datetime as dt
import threading
from collections.abc import Iterator

import pytest
import time_machine

from kuaiji.common.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, UNTRUSTED_PAUSE, Breaker

NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
A_MOMENT = dt.timedelta(milliseconds=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def opened(**pauses: dt.timedelta) -> Breaker:
    breaker = Breaker(**pauses)
    for _ in range(FAILURES):
        assert not breaker.is_open and breaker.admits()
        breaker.failed("timeout")
    return breaker


def test_it_opens_after_failures_in_a_row_and_says_why(clock: time_machine.Traveller) -> None:
    breaker = opened()
    assert breaker.is_open and not breaker.admits() and breaker.reason == "timeout"
    clock.shift(FIRST_PAUSE)
    assert not breaker.is_open and breaker.is_trying
    assert breaker.answered() and not breaker.is_trying and breaker.reason == ""
    assert not breaker.answered()


def test_an_answer_in_between_forgets_earlier_failures(clock: time_machine.Traveller) -> None:
    breaker = Breaker()
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breaker.failed("timeout")
        assert not breaker.answered()
    assert not breaker.is_open


def test_pauses_double_up_to_the_longest(clock: time_machine.Traveller) -> None:
    breaker = opened()
    for seconds in (1, 2, 4, 8, 16, 32, 60, 60):
        clock.shift(dt.timedelta(seconds=seconds) - A_MOMENT)
        assert breaker.is_open, seconds
        clock.shift(A_MOMENT)
        assert breaker.is_trying, seconds
        breaker.failed("timeout")
    assert LONGEST_PAUSE.total_seconds() == 60


def test_one_question_a_pause_is_let_through(clock: time_machine.Traveller) -> None:
    minute = dt.timedelta(minutes=1)
    breaker = opened(first_pause=minute, longest_pause=minute)
    clock.shift(minute - A_MOMENT)
    assert not breaker.admits()
    clock.shift(A_MOMENT)
    assert [breaker.admits() for _ in range(3)] == [True, False, False]
    clock.shift(minute)  # whoever was let through never told
    assert breaker.admits() and not breaker.admits()


def test_threads_that_ask_at_once_send_one_ahead(clock: time_machine.Traveller) -> None:
    breaker = opened()
    clock.shift(FIRST_PAUSE)
    ready, admitted = threading.Barrier(8), []

    def ask() -> None:
        ready.wait()
        admitted.append(breaker.admits())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(admitted) == [False] * 7 + [True]


def test_somebody_else_s_answer_opens_it_at_once_and_for_long(clock: time_machine.Traveller) -> None:
    breaker = Breaker()
    breaker.failed("signature", untrusted=True)
    assert breaker.is_open and breaker.reason == "signature"
    breaker.failed("timeout")
    clock.shift(UNTRUSTED_PAUSE - A_MOMENT)
    assert breaker.is_open
    clock.shift(A_MOMENT)
    assert breaker.is_trying
