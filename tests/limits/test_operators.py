"""Numbers that an operator gives hold, and what cannot stand is named before anything starts."""

import datetime as dt
import math
import os
import subprocess
import sys
from typing import Any

import pytest
import structlog
import time_machine
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from kuaiji.common import clock
from kuaiji.identity import attempts
from kuaiji.identity.models import SmsCode
from kuaiji.limits import kinds, tasks
from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import DAY, LONGEST, MOST, BadNumbers, Window, parse
from kuaiji.limits.services import asks_question, count_act, count_or_refuse, seconds_to_wait
from people.sign_in_steps import refused

GIVEN = "code_to_phone=60:2, 3600:3; code_from_address.address=600:1;code_from_address.total=86400:1;"
BEGIN = dt.datetime.now(dt.UTC).replace(hour=8, minute=0, second=0, microsecond=0)


def take(kind: Kind) -> bool:
    return refused(lambda: transaction.atomic(count_or_refuse)(kind, b"key")) is None


def test_numbers_are_read_as_they_are_written() -> None:
    assert parse(GIVEN) == {
        "code_to_phone": (Window(60, 2), Window(3600, 3)),
        "code_from_address.address": (Window(600, 1),),
        "code_from_address.total": (Window(86400, 1),),
    }
    assert parse("") == parse(" ; ") == {}


@pytest.mark.django_db
def test_given_windows_take_the_place_of_the_kind_s_own(settings: Any) -> None:
    settings.LIMITS = GIVEN
    with time_machine.travel(BEGIN, tick=False) as traveller:
        assert [take(attempts.CODE_TO_PHONE) for _ in range(3)] == [True, True, False]
        traveller.shift(dt.timedelta(seconds=60))
        assert [take(attempts.CODE_TO_PHONE) for _ in range(2)] == [True, False]
        assert seconds_to_wait(attempts.CODE_TO_PHONE, b"key") == 3540
    assert kinds.windows(attempts.DOCUMENT_BY_PHONE) == attempts.DOCUMENT_BY_PHONE.windows
    settings.LIMITS = ""
    assert kinds.windows(attempts.CODE_TO_PHONE) == attempts.CODE_TO_PHONE.windows


@pytest.mark.django_db
def test_given_allowances_take_the_place_of_the_kind_s_own(settings: Any) -> None:
    kind = attempts.CODE_FROM_ADDRESS
    count_act(kind, b"address")
    assert not asks_question(kind, b"address")
    settings.LIMITS = GIVEN
    assert asks_question(kind, b"address") and not asks_question(kind, b"next door")
    now = clock.now()
    made = {"purpose": "registration", "phone_fingerprint": b"p", "created_at": now, "expires_at": now}
    SmsCode.objects.create(form_id="00000000-0000-7000-8000-000000000000", **made)
    assert asks_question(kind, b"next door")


@pytest.mark.parametrize(("people", "times"), [(1, 1), (1_000_000, 1), (2_500_000, 2.5), (3_000_000, 3), (10**8, 100)])
def test_totals_of_everybody_grow_with_the_people_and_nothing_else(people: int, times: float, settings: Any) -> None:
    settings.PEOPLE = people
    for kind in kinds.registered():
        assert kinds.free_by_address(kind) == kind.free_by_address
        if kind.free_in_total:
            found = kinds.free_in_total(kind)
            assert found and found.seconds == kind.free_in_total.seconds
            assert found.most == min(math.ceil(kind.free_in_total.most * times), MOST)
        grown = [math.ceil(window.most * times) if kind.shared else window.most for window in kind.windows]
        assert [window.most for window in kinds.windows(kind)] == [min(most, MOST) for most in grown]
    settings.LIMITS = "code_new_networks=3600:7;guess_from_address.total=60:9"
    given = {str(kind): kind for kind in kinds.registered()}
    assert kinds.windows(given["code_new_networks"]) == (Window(3600, 7),)
    assert kinds.free_in_total(given["guess_from_address"]) == Window(60, 9)


@pytest.mark.django_db
def test_the_watch_raises_the_alarm(settings: Any) -> None:
    asked = [kind for kind in kinds.registered() if kind.free_in_total]
    settings.LIMITS = ";".join(f"{kind}.total=3600:1" for kind in asked)
    with structlog.testing.capture_logs() as logs:
        tasks.watch(0)
        assert logs == []
        for kind in asked:
            count_act(kind, b"address")
        now = clock.now()
        made = {"purpose": "registration", "phone_fingerprint": b"p", "created_at": now, "expires_at": now}
        SmsCode.objects.create(form_id="00000000-0000-7000-8000-000000000000", **made)
        tasks.watch(0)
    assert {(line["event"], line["log_level"]) for line in logs} == {("over_total_allowance", "error")}
    assert [line["kind"] for line in logs] == [str(kind) for kind in asked] and logs[0]["count"] == 1


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("code_to_phone", ("code_to_phone", "seconds:most")),
        ("code_to_phone=60", ("code_to_phone=60", "seconds:most")),
        ("code_to_phone=60:1,", ("code_to_phone=", "seconds:most")),
        ("code_to_phone=-60:1", ("code_to_phone=-60:1", "seconds:most")),
        ("code_to_phone=60:1;x=１:1", ("x=１:1", "seconds:most")),
        ("code_to_phone=0:1", ("code_to_phone=0:1", str(LONGEST))),
        (f"code_to_phone={DAY + 1}:1", (f"code_to_phone={DAY + 1}:1", str(LONGEST))),
        ("code_to_phone=60:0", ("code_to_phone=60:0", "at least once", str(MOST))),
        (f"code_to_phone=60:{MOST + 1}", (f"code_to_phone=60:{MOST + 1}", str(MOST))),
        ("code_to_phone=60:1;code_to_phone=60:2", ("code_to_phone", "twice")),
        ("code_to_fone=60:1", ("code_to_fone", "no such limit", "code_to_phone", "check_from_address.total")),
        ("code_to_phone.total=60:1", ("code_to_phone.total", "no such limit")),
        ("guess_from_address=60:1", ("guess_from_address:", "no such limit")),
        ("code_from_address.total=60:1,61:2", ("code_from_address.total", "one window")),
    ],
)
def test_what_cannot_stand_is_named_with_its_value_and_what_may_be(
    given: str, named: tuple[str, ...], settings: Any
) -> None:
    settings.LIMITS = given
    [fault] = [message for message in run_checks() if message.id == "limits.E001"]
    assert fault.is_serious() and fault.msg.startswith("KUAIJI_LIMITS: ")
    assert [word for word in named if word not in fault.msg] == []
    with pytest.raises(ImproperlyConfigured, match="KUAIJI_LIMITS"):
        kinds.require()


def test_what_can_stand_is_no_fault(settings: Any) -> None:
    settings.LIMITS = GIVEN
    kinds.require()
    assert [message for message in run_checks() if message.id == "limits.E001"] == []


@pytest.mark.house
def test_the_web_server_does_not_start_with_numbers_that_cannot_stand() -> None:
    environment = os.environ | {"KUAIJI_LIMITS": "guess_on_number=60:0"}
    command = [sys.executable, "-c", "import kuaiji.config.wsgi"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0 and "KUAIJI_LIMITS: guess_on_number=60:0" in done.stderr


def test_a_name_is_registered_once_and_fits_its_column() -> None:
    before = kinds.registered()
    for name in ("code_to_phone", "x" * 41):
        with pytest.raises(ValueError, match=name):
            kinds.register(Kind(name=name))
    assert kinds.registered() == before


def test_a_bad_window_says_so_without_django() -> None:
    with pytest.raises(BadNumbers, match="a=b"):
        parse("a=b")
