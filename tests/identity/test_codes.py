"""SMS codes: what they open and for how long, what wrong tries cost, and how often one is sent (S-20, S-21, S-25)."""

import datetime as dt
import uuid
from functools import partial
from typing import Any

import pytest
import time_machine
from procrastinate.contrib.django import app

from kuaiji.common.errors import RuleBroken
from kuaiji.identity import attempts
from kuaiji.identity.models import SmsCode
from kuaiji.identity.people.details import Details
from kuaiji.identity.recovery.services import send_recovery_code, start_recovery
from kuaiji.identity.registration.services import send_registration_code, start_registration
from kuaiji.identity.security.services import (
    send_code_to_new_phone,
    send_code_to_old_phone,
    start_phone_change,
)
from kuaiji.identity.sms_codes.purposes import CODE_PURPOSES
from kuaiji.identity.sms_codes.services import (
    DeliveryState,
    check_code,
    delivery_state,
    draw_code,
    may_be_entered,
    newest_code,
    release_unsent_codes,
    seconds_to_next_code,
    sweep_codes,
)
from kuaiji.identity.unfinished.services import keep_answers
from kuaiji.limits.models import Attempt
from kuaiji.limits.services import Address, address_of
from kuaiji.sms.models import MessageState, OutgoingSms
from people.sign_in_steps import DRAW, code_for, codes_for, make_details, make_owner, other_than, refused, run_jobs
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
ONE = make_details("one")
HERE = address_of("203.0.113.9")


class Asker:
    """One registration that asks for codes and enters them."""

    def __init__(self, details: Details = ONE) -> None:
        self.details = details
        self.registration = start_registration(works_in_accounting=True, holds_qualification=True)

    def ask(self, address: Address | None = None) -> bool:
        return send_registration_code(registration=self.registration, details=self.details, address=address)

    def code(self) -> str:
        """Ask, and read the message."""
        assert self.ask()
        return code_for(self.details.phone)

    def enter(self, digits: str, **other: object) -> str:
        """ "" when the code opens, else the refusal."""
        where: dict[str, Any] = {
            "purpose": "registration",
            "form_id": self.registration.pk,
            "phone": self.details.phone,
        }
        broken = refused(lambda: check_code(**where | other, digits=digits))
        assert broken is None or broken.field == "sms_code"
        return broken.code if broken else ""


@pytest.fixture
def asker() -> Asker:
    return Asker()


def test_a_code_opens_once(asker: Asker) -> None:
    code = asker.code()
    assert len(code) == 6 and code.isdigit()
    assert asker.enter(code) == ""
    assert asker.enter(code) == "sms_code_gone"


@pytest.mark.parametrize(("seconds", "outcome"), [(599, ""), (600, "sms_code_gone")])
def test_a_code_lives_ten_minutes(seconds: int, outcome: str) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        asker = Asker()
        code = asker.code()
        traveller.shift(dt.timedelta(seconds=seconds))
        assert asker.enter(code) == outcome


def test_five_wrong_tries_end_it(asker: Asker) -> None:
    code = asker.code()
    assert [asker.enter(other_than(code)) for _ in range(5)] == ["sms_code_wrong"] * 4 + ["sms_code_spent"]
    assert asker.enter(code) == "sms_code_gone"


def test_the_last_two_codes_work_and_share_their_tries() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        asker = Asker()
        sent = []
        for _ in range(3):
            sent.append(asker.code())
            traveller.shift(dt.timedelta(seconds=61))
        assert asker.enter(sent[0]) == "sms_code_wrong"
        assert asker.enter(sent[1]) == ""
        assert asker.enter(sent[2]) == "sms_code_gone"  # the phone is proven; nothing else is left to open
    with time_machine.travel(BEGIN, tick=False) as traveller:
        asker = Asker(make_details("two"))
        first = asker.code()
        assert [asker.enter(other_than(first)) for _ in range(3)] == ["sms_code_wrong"] * 3
        traveller.shift(dt.timedelta(seconds=61))
        second = asker.code()
        wrong = next(digits for digits in ("000000", "111111", "222222") if digits not in (first, second))
        assert [asker.enter(wrong) for _ in range(2)] == ["sms_code_wrong", "sms_code_spent"]
        assert asker.enter(first) == asker.enter(second) == "sms_code_gone"
        traveller.shift(dt.timedelta(seconds=61))
        assert asker.enter(asker.code()) == ""


@pytest.mark.parametrize(
    "elsewhere",
    [{"purpose": "recovery"}, {"form_id": uuid.uuid4()}, {"phone": make_details("other").phone}],
    ids=["purpose", "form", "phone"],
)
def test_a_code_opens_nothing_else(asker: Asker, elsewhere: dict[str, object]) -> None:
    code = asker.code()
    assert asker.enter(code, **elsewhere) == "sms_code_gone"
    assert asker.enter(code) == ""


def test_only_a_keyed_digest_is_kept(asker: Asker) -> None:
    code = asker.code()
    row = SmsCode.objects.get()
    assert row.digest is not None and len(bytes(row.digest)) == 32
    assert code.encode() not in bytes(row.digest) and ONE.phone.encode() not in bytes(row.phone_fingerprint)


def test_a_double_tap_is_one_message() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        asker = Asker()
        assert asker.ask()
        traveller.shift(dt.timedelta(seconds=59))
        assert not asker.ask()
        newest = newest_code(form_id=asker.registration.pk, phone=ONE.phone)
        assert seconds_to_next_code(newest) == 1
        run_jobs(DRAW)
        assert len(codes_for(ONE.phone)) == 1
        traveller.shift(dt.timedelta(seconds=1))
        assert seconds_to_next_code(newest) == 0 and asker.ask()


def test_another_form_waits_for_the_same_phone() -> None:
    with time_machine.travel(BEGIN, tick=False):
        assert Asker().ask()
        with pytest.raises(RuleBroken) as caught:
            Asker().ask()
        assert caught.value.code == "limit_code_to_phone" and "60 秒" in caught.value.message
        assert caught.value.field == "phone"


def test_a_phone_gets_five_an_hour_and_ten_a_day_however_many_ask() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        sent = []
        for minute in range(0, 24 * 60, 4):
            broken = refused(Asker(make_details(minute % 40, phone=ONE.phone)).ask)
            if broken is None:
                sent.append(minute)
            assert broken is None or broken.code == "limit_code_to_phone"
            traveller.shift(dt.timedelta(minutes=4))
        assert len(sent) == 10 and len([minute for minute in sent if minute < 60]) == 5


def test_nothing_counts_for_a_number_that_anybody_may_type() -> None:
    askers = [Asker(make_details(number, document_number=ONE.person.document.number)) for number in range(12)]
    assert [refused(asker.ask) for asker in askers] == [None] * 12


def test_who_is_signed_in_gets_ten_a_day_on_however_many_phones() -> None:
    user, outcomes = make_owner(ONE), list[str]()
    for number in range(6):
        change = start_phone_change(user=user)
        keep_answers(change, old=ONE.phone)
        for act in (
            partial(send_code_to_old_phone, change=change),
            partial(send_code_to_new_phone, change=change, phone=f"1390013900{number}"),
        ):
            outcomes.append(getattr(refused(act), "code", ""))
    assert outcomes == [""] * 10 + ["limit_code_for_person"] * 2


def test_drawing_twice_sends_once(asker: Asker) -> None:
    asker.ask()
    code = SmsCode.objects.get()
    for _ in range(3):
        draw_code(code_id=code.pk, phone=ONE.phone)
    assert OutgoingSms.objects.count() == 1


def test_nothing_is_sent_to_a_phone_changed_meanwhile(asker: Asker) -> None:
    asker.ask()
    draw_code(code_id=SmsCode.objects.get().pk, phone=make_details("other").phone)
    assert not OutgoingSms.objects.exists()
    keep_answers(asker.registration, details=make_details("other").flat())
    run_jobs(DRAW)
    assert not OutgoingSms.objects.exists()


def test_each_purpose_has_its_template() -> None:
    assert {name: CODE_PURPOSES[name].template.value for name in CODE_PURPOSES} == {
        "registration": "registration_code",
        "recovery": "recovery_code",
        "sign_in": "sign_in_code",
        "phone_lost": "phone_lost_code",
        "transfer_in": "transfer_in_code",
        "phone_change_old": "phone_change_code",
        "phone_change_new": "phone_change_code",
    }


@pytest.mark.parametrize("app_label", ["applications", "requests", "transfers"])
def test_jobs_queued_before_there_was_one_draw_their_codes(asker: Asker, app_label: str) -> None:
    asker.ask()
    app.tasks[f"kuaiji.{app_label}.tasks.draw_code"](code_id=str(SmsCode.objects.get().pk))
    assert codes_for(ONE.phone)


@pytest.mark.parametrize(("state", "left"), [("expired", 0), ("sent", 3), ("refused", 3), ("waiting", 3)])
def test_what_no_provider_could_carry_is_given_back(asker: Asker, state: str, left: int) -> None:
    asker.ask(HERE)
    run_jobs(DRAW)
    OutgoingSms.objects.update(state=MessageState(state))
    for _ in range(2):
        release_unsent_codes()
    assert Attempt.objects.count() == left


def test_recovery_gives_back_only_what_nobody_sees_for_more_would_tell_who_is_registered() -> None:
    make_owner(ONE)
    who: dict[str, Any] = {"number": ONE.person.document.number, "phone": ONE.phone, "document_type": ""}
    assert send_recovery_code(recovery=start_recovery(), address=HERE, **who)
    run_jobs(DRAW)
    seen = {attempts.RECOVERY_ASKED, attempts.CODE_FROM_ADDRESS}
    hidden = {attempts.CODE_TO_OWNER, attempts.CODE_FROM_KNOWN_NETWORKS}
    assert set(Attempt.objects.values_list("kind", flat=True)) == set(map(str, seen | hidden))
    OutgoingSms.objects.update(state=MessageState.EXPIRED)
    release_unsent_codes()
    assert set(Attempt.objects.values_list("kind", flat=True)) == set(map(str, seen))


def test_codes_are_swept_after_a_day() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        Asker().ask()
        traveller.shift(dt.timedelta(hours=24))
        sweep_codes()
        assert SmsCode.objects.exists()
        traveller.shift(dt.timedelta(seconds=1))
        sweep_codes()
        assert not SmsCode.objects.exists()


@pytest.mark.parametrize(
    ("state", "seconds", "fate"),
    [
        ("waiting", 20, DeliveryState.WELL),
        ("waiting", 21, DeliveryState.LATE),
        ("sent", 60, DeliveryState.WELL),
        ("refused", 1, DeliveryState.REFUSED),
        ("expired", 600, DeliveryState.LOST),
    ],
)
def test_what_becomes_of_a_message(state: str, seconds: int, fate: DeliveryState) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        asker = Asker()
        asker.ask()
        undrawn = delivery_state(SmsCode.objects.get())
        run_jobs(DRAW)
        OutgoingSms.objects.update(state=MessageState(state))
        traveller.shift(dt.timedelta(seconds=seconds))
        assert (undrawn, delivery_state(SmsCode.objects.get())) == (DeliveryState.WELL, fate)
        release_unsent_codes()
        assert delivery_state(SmsCode.objects.get()) == fate


def test_a_code_may_be_entered_until_it_is_used_or_over() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        asker = Asker()
        code = asker.code()
        assert may_be_entered(SmsCode.objects.get())
        traveller.shift(dt.timedelta(minutes=10))
        assert not may_be_entered(SmsCode.objects.get())
        traveller.shift(dt.timedelta(minutes=-5))
        assert asker.enter(code) == "" and not may_be_entered(SmsCode.objects.get())
