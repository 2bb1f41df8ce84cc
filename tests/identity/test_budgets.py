"""Codes and their budgets: what is taken from which, what an entered one gives, and what people are told (ADR 0059)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
import time_machine

from kuaiji.common import clock
from kuaiji.identity import attempts
from kuaiji.identity.models import SmsCode
from kuaiji.identity.recovery.services import send_recovery_code, start_recovery
from kuaiji.identity.registration.services import send_registration_code, start_registration
from kuaiji.identity.security.services import send_code_to_old_phone, start_phone_change
from kuaiji.identity.sms_codes.services import check_code
from kuaiji.limits import budgets
from kuaiji.limits.kinds import Kind
from kuaiji.limits.models import Attempt, KnownNetwork
from kuaiji.limits.services import Address, address_of
from kuaiji.sms.models import OutgoingSms
from people.client_visitor import ClientVisitor
from people.sign_in_steps import DRAW, code_for, make_details, make_owner, refused, run_jobs
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
ONE = make_details("one")
HERE, ELSEWHERE = address_of("203.0.113.9"), address_of("198.51.100.7")
KNOWN, NEW = attempts.CODE_FROM_KNOWN_NETWORKS, attempts.CODE_FROM_NEW_NETWORKS
OWNER: dict[str, Any] = {"number": ONE.person.document.number, "phone": ONE.phone, "document_type": ""}


def asks(seed: object, address: Address = HERE) -> str:
    """One more person who registers there: what refused the code, empty if nothing."""
    registration = start_registration(works_in_accounting=True, holds_qualification=True)
    details = make_details(seed)
    broken = refused(lambda: send_registration_code(registration=registration, details=details, address=address))
    return broken.code if broken else ""


def comes(seed: object, address: Address = HERE) -> None:
    """One more person who registers there and enters the code."""
    assert asks(seed, address) == ""
    code = SmsCode.objects.latest("created_at")
    phone = make_details(seed).phone
    check_code(purpose="registration", form_id=code.form_id, phone=phone, digits=code_for(phone))


def use_up(*kinds: Kind, key: bytes = b"", beyond: int = 0) -> None:
    """Leave nothing of these pools, and of as many percent beyond."""
    for kind in kinds:
        most = min(kind.windows, key=lambda window: window.seconds).most
        row = {"kind": kind.name, "key": key, "at": clock.now(), "detail": b"another's"}
        Attempt.objects.bulk_create(Attempt(**row) for _ in range(most * (100 + beyond) // 100))


def counted(kinds: Iterable[Kind] = (KNOWN, NEW)) -> dict[str, int]:
    return {kind.name: Attempt.objects.filter(kind=kind.name).count() for kind in kinds}


def test_thirty_codes_that_nobody_enters_are_all_that_an_address_gets_in_an_hour() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        outcomes = [asks(number) for number in range(34)]
        assert outcomes == [""] * 30 + ["limit_code_from_address"] * 4
        assert SmsCode.objects.count() == 30  # nothing is kept of what was refused
        assert asks("next door", ELSEWHERE) == ""
        traveller.shift(dt.timedelta(hours=1))
        assert asks("later") == ""


def test_each_code_that_is_entered_there_allows_one_more() -> None:
    with time_machine.travel(BEGIN, tick=False):
        comes("honest")
        assert [asks(number) for number in range(32)] == [""] * 31 + ["limit_code_from_address"]


def test_a_network_is_new_until_somebody_enters_a_code_there() -> None:
    comes("first")
    assert counted() == {KNOWN.name: 0, NEW.name: 1} and KnownNetwork.objects.count() == 1
    assert asks("second") == "" and counted() == {KNOWN.name: 1, NEW.name: 1}
    assert asks("elsewhere", ELSEWHERE) == "" and counted() == {KNOWN.name: 1, NEW.name: 2}


def test_newcomers_are_refused_when_theirs_is_used_up_and_known_networks_are_not() -> None:
    comes("first")
    use_up(NEW)
    assert asks("second") == "" and asks("elsewhere", ELSEWHERE) == "limit_code_new_networks"
    use_up(KNOWN)
    assert asks("third") == "limit_code_known_networks"


def test_a_code_that_was_asked_for_twice_is_paid_by_entering_one() -> None:
    """A late message: the second code is asked for, either opens."""
    with time_machine.travel(BEGIN, tick=False) as traveller:
        registration = start_registration(works_in_accounting=True, holds_qualification=True)
        for _ in range(2):
            send_registration_code(registration=registration, details=ONE, address=HERE)
            traveller.shift(dt.timedelta(seconds=61))
        check_code(purpose="registration", form_id=registration.pk, phone=ONE.phone, digits=code_for(ONE.phone))
    kinds = (attempts.CODE_FROM_ADDRESS.name, NEW.name)
    assert Attempt.objects.filter(kind__in=kinds, settled_at__isnull=False).count() == 4


def test_recovery_costs_the_pool_only_where_something_is_sent() -> None:
    make_owner(ONE)
    stranger = OWNER | {"phone": "13900139000"}
    for who in (stranger, OWNER):
        assert send_recovery_code(recovery=start_recovery(), address=HERE, **who)
        assert run_jobs(DRAW) == 1
    assert counted() == {KNOWN.name: 1, NEW.name: 0} and OutgoingSms.objects.count() == 1
    assert counted([attempts.CODE_FROM_ADDRESS]) == {"code_from_address": 2}  # alike, or it would tell


@pytest.mark.parametrize(
    ("beyond", "asked", "sent"), [(0, "", 1), (49, "", 1), (50, "limit_code_known_networks", 0)], ids=str
)
def test_the_bound_phone_has_a_reserve_that_networks_cannot_use_up(beyond: int, asked: str, sent: int) -> None:
    user = make_owner(ONE)
    use_up(KNOWN, beyond=beyond)
    use_up(NEW)
    for act in (
        lambda: send_recovery_code(recovery=start_recovery(), address=HERE, **OWNER),
        lambda: send_code_to_old_phone(change=start_phone_change(user=user), address=HERE),
    ):
        broken = refused(act)
        assert (broken.code if broken else "") == asked
    run_jobs(DRAW)
    assert OutgoingSms.objects.count() == 2 * sent


def test_what_is_used_up_between_page_and_job_sends_nothing_and_says_so_in_the_log() -> None:
    make_owner(ONE)
    send_recovery_code(recovery=start_recovery(), address=HERE, **OWNER)
    use_up(KNOWN, beyond=50)
    run_jobs(DRAW)
    assert not OutgoingSms.objects.exists() and SmsCode.objects.get().digest is None


# ── what people see ──


@pytest.mark.parametrize("kind", [attempts.CODE_FROM_ADDRESS, NEW], ids=str)
def test_the_page_says_when_to_come_back_and_what_else_there_is(kind: Kind) -> None:
    visitor = ClientVisitor("203.0.113.9")
    visitor.open("/register/")
    visitor.send(works_in_accounting="yes", holds_qualification="yes")
    use_up(kind, key=HERE.key)
    page = visitor.send(("action", "send_code"), **ONE.flat(), **_answered(visitor))
    assert page.status == 422 and "60 分钟后" in page.summary and not SmsCode.objects.exists()
    assert {"/login/", "/directory/"} <= set(page.links) and "用密码登录" in page.text
    assert page.forms[-1]["fields"]["phone"] == ONE.phone  # nothing that was typed is lost


def test_who_is_signed_in_is_not_sent_to_the_password() -> None:
    user = make_owner(ONE)
    use_up(KNOWN, beyond=50)
    visitor = ClientVisitor("203.0.113.9")
    visitor.client.force_login(user)
    visitor.open("/me/security/phone/")
    page = visitor.send(("action", "send_code"))
    assert page.status == 422 and "/directory/" in page.links and "用密码登录" not in page.text


def _answered(visitor: ClientVisitor) -> dict[str, str]:
    """The question of a busy address comes before its budget."""
    page = visitor.open("/register/details/")
    if "请回答" not in page.text:
        return {}
    left, right = visitor.client.session["challenge"]["numbers"]
    return {"challenge": str(left + right)}


def test_a_page_is_refused_alike_whoever_is_registered() -> None:
    """The pools say nothing of a person, and an address counts what is asked for, not what is sent."""
    make_owner(ONE)
    use_up(KNOWN, beyond=49)
    for number in range(3):
        assert send_recovery_code(recovery=start_recovery(), address=HERE, **OWNER | {"phone": f"1390013900{number}"})
    assert budgets.left(attempts.CODE_FROM_ADDRESS, HERE.key, attempts.CODE_FROM_ADDRESS.windows[0]) == 27
    assert counted([KNOWN]) == {KNOWN.name: KNOWN.windows[0].most * 149 // 100}
