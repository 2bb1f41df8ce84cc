"""更换手机号 as services: both phones proven, nobody else's proof counts, and the old phone hears of it."""

import datetime as dt
import functools

import pytest
import time_machine
from django.db import transaction

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common.keyring import keyring
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import PEOPLE_PER_PHONE, Fingerprint, PhoneChange, User
from kuaiji.identity.people.fingerprints import phone_fingerprints, users_with
from kuaiji.identity.recovery.services import send_recovery_code, start_recovery
from kuaiji.identity.security.services import (
    find_phone_change,
    finish_phone_change,
    is_old_phone_proven,
    prove_old_phone,
    replace_phone,
    send_code_to_new_phone,
    send_code_to_old_phone,
    start_phone_change,
)
from kuaiji.identity.sms_codes.services import check_code, release_unsent_codes
from kuaiji.identity.unfinished.services import sweep_unfinished
from kuaiji.limits.models import Attempt
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import MessageState, OutgoingSms
from people.sign_in_steps import DRAW, code_for, make_details, make_owner, other_than, refused, run_jobs
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
ONE = make_details("one")
NEW = "13900139000"


def changing(user: User) -> Operation:
    return Operation(kind=OperationKind.PHONE_CHANGING, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)


def old_proven(user: User) -> PhoneChange:
    change = start_phone_change(user=user)
    assert send_code_to_old_phone(change=change)
    prove_old_phone(change=change, sms_code=code_for(user.phone))
    return change


def both_proven(user: User, phone: str = NEW) -> tuple[PhoneChange, str]:
    """A change that lacks the last press, and the code for it."""
    change = old_proven(user)
    assert send_code_to_new_phone(change=change, phone=phone)
    return change, code_for(phone)


def finish(change: PhoneChange, code: str, phone: str = NEW) -> None:
    finish_phone_change(operation=changing(change.user), change=change, phone=phone, sms_code=code)


def holders(phone: str) -> set[User]:
    return set(users_with(FingerprintKind.PHONE, phone_fingerprints(phone)))


def test_both_phones_proven_the_new_one_is_bound_and_the_old_one_told() -> None:
    user = make_owner(ONE)
    change, code = both_proven(user)
    finish(change, code)
    user.refresh_from_db()
    assert user.phone == NEW and holders(NEW) == {user} and holders(ONE.phone) == set()
    keys = set(Fingerprint.objects.filter(user=user, kind=FingerprintKind.PHONE).values_list("key_id", flat=True))
    assert keys == set(phone_fingerprints(NEW)) == set(keyring().fingerprint)
    [told] = OutgoingSms.objects.filter(template_key=TemplateKey.PHONE_CHANGED)
    assert told.phone == ONE.phone and told.parameters.keys() == {"time"}
    event = Event.objects.select_related("person_key").get(kind="PhoneChanged")
    assert (event.subject_id, event.data) == (user.pk, {})
    assert event.personal == {"before": ONE.phone, "after": NEW}


def test_the_same_press_again_changes_nothing() -> None:
    user = make_owner(ONE)
    change, code = both_proven(user)
    for _ in range(3):
        finish(PhoneChange.objects.select_related("user__person_key").get(pk=change.pk), code)
    finish(change, code)  # and with what an older page knew
    assert Event.objects.filter(kind="PhoneChanged").count() == 1
    assert OutgoingSms.objects.filter(template_key=TemplateKey.PHONE_CHANGED).count() == 1


def test_without_the_old_phone_nothing_is_sent_to_a_new_one() -> None:
    user = make_owner(ONE)
    change = start_phone_change(user=user)
    send_code_to_old_phone(change=change)
    code = code_for(ONE.phone)
    for act in (
        lambda: send_code_to_new_phone(change=change, phone=NEW),
        lambda: finish(change, code),
        lambda: finish(change, code, ONE.phone),
    ):
        broken = refused(act)
        assert broken and broken.code == "old_phone_unproven"
    assert run_jobs(DRAW) == 0 and holders(ONE.phone) == {user}


def test_a_code_to_one_phone_proves_no_other() -> None:
    user = make_owner(ONE)
    change, code = both_proven(user)
    tries = (
        functools.partial(finish, change, code, "13900139001"),
        functools.partial(finish, change, other_than(code)),
    )
    for act, refusal in zip(tries, ("sms_code_gone", "sms_code_wrong"), strict=True):
        broken = refused(act)
        assert broken and broken.code == refusal
    other = start_phone_change(user=user)
    broken = refused(lambda: prove_old_phone(change=other, sms_code=code))
    assert broken and broken.code == "sms_code_gone"
    assert holders(NEW) == set()


def test_the_proof_of_one_change_serves_no_other() -> None:
    """Another session of the same person, a thief's, begins anew."""
    user = make_owner(ONE)
    old_proven(user)
    broken = refused(lambda: send_code_to_new_phone(change=start_phone_change(user=user), phone=NEW))
    assert broken and broken.code == "old_phone_unproven"


def test_nobody_goes_on_with_another_person_s_change() -> None:
    change = old_proven(make_owner(ONE))
    assert find_phone_change(user=make_owner(make_details("two")), change_id=change.pk) is None


def test_a_change_finished_elsewhere_ends_the_others() -> None:
    """Two tabs have proven the old phone; the second finds that it is bound no more."""
    user = make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        first, code = both_proven(user)
        traveller.shift(dt.timedelta(minutes=2))
        second, later = both_proven(user, "13900139001")
        finish(first, code)
        broken = refused(lambda: finish(second, later, "13900139001"))
    assert broken and broken.code == "old_phone_unproven"
    assert holders(NEW) == {user} and holders("13900139001") == set()


def test_the_same_phone_is_no_change() -> None:
    user = make_owner(ONE)
    broken = refused(lambda: send_code_to_new_phone(change=old_proven(user), phone=ONE.phone))
    assert broken and (broken.code, broken.field) == ("phone_same", "phone")
    replace_phone(operation=changing(user), user_id=user.pk, phone=ONE.phone)
    assert not Event.objects.exists()


def test_three_people_may_share_a_phone_and_a_fourth_is_told_once_it_is_proven() -> None:
    for number in range(PEOPLE_PER_PHONE):
        make_owner(make_details(number, phone=NEW))
    user = make_owner(ONE)
    change, code = both_proven(user)
    broken = refused(lambda: finish(change, code))
    assert broken and (broken.code, broken.field) == ("phone_full", "phone")
    user.refresh_from_db()
    assert user.phone == ONE.phone and holders(ONE.phone) == {user}
    assert (
        not Event.objects.exists() and not OutgoingSms.objects.filter(template_key=TemplateKey.PHONE_CHANGED).exists()
    )
    # Proven stays proven: another phone may be taken without beginning anew.
    assert is_old_phone_proven(PhoneChange.objects.select_related("user__person_key").get(pk=change.pk))


def test_a_slot_that_becomes_free_is_taken_again() -> None:
    owners = [make_owner(make_details(number, phone=NEW)) for number in range(PEOPLE_PER_PHONE)]
    replace_phone(operation=changing(owners[1]), user_id=owners[1].pk, phone="13900139001")
    user = make_owner(ONE)
    replace_phone(operation=changing(user), user_id=user.pk, phone=NEW)
    assert holders(NEW) == {owners[0], owners[2], user}


def test_the_new_phone_recovers_and_the_old_one_does_not() -> None:
    user = make_owner(ONE)
    replace_phone(operation=changing(user), user_id=user.pk, phone=NEW)
    for phone, messages in ((ONE.phone, 0), (NEW, 1)):
        recovery = start_recovery()
        send_recovery_code(recovery=recovery, number=ONE.person.document.number, phone=phone, document_type="")
        run_jobs(DRAW)
        assert OutgoingSms.objects.filter(template_key=TemplateKey.RECOVERY_CODE).count() == messages


def test_it_lives_half_an_hour_and_is_swept() -> None:
    user = make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        change = old_proven(user)
        traveller.shift(dt.timedelta(minutes=29))
        assert find_phone_change(user=user, change_id=change.pk)
        traveller.shift(dt.timedelta(minutes=1))
        assert find_phone_change(user=user, change_id=change.pk) is None
        sweep_unfinished()
    assert not PhoneChange.objects.exists()


def test_codes_are_limited_for_the_person_and_a_double_tap_costs_nothing() -> None:
    user = make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        change = start_phone_change(user=user)
        assert send_code_to_old_phone(change=change) and not send_code_to_old_phone(change=change)
        outcomes = []
        for _ in range(12):
            traveller.shift(dt.timedelta(hours=1))
            broken = refused(lambda: send_code_to_old_phone(change=start_phone_change(user=user)))
            outcomes.append(broken.code if broken else "")
    assert outcomes == [""] * (10 - 1) + ["limit_code_for_person"] * 3


def test_a_code_that_nobody_carried_is_given_back() -> None:
    user = make_owner(ONE)
    change = start_phone_change(user=user)
    send_code_to_old_phone(change=change)
    run_jobs(DRAW)
    OutgoingSms.objects.update(state=MessageState.EXPIRED)
    release_unsent_codes()
    assert not Attempt.objects.exists()


def test_the_job_sends_nothing_for_a_change_that_is_gone() -> None:
    user = make_owner(ONE)
    change = start_phone_change(user=user)
    send_code_to_old_phone(change=change)
    change.delete()
    assert run_jobs(DRAW) == 1 and not OutgoingSms.objects.exists()


def test_purposes_are_kept_apart() -> None:
    """A code to the old phone does not stand for one to the new, should both be one number some day."""
    user = make_owner(ONE)
    change = start_phone_change(user=user)
    send_code_to_old_phone(change=change)
    code = code_for(ONE.phone)
    broken = refused(lambda: check_code(purpose="phone_change_new", form_id=change.pk, phone=ONE.phone, digits=code))
    assert broken and broken.code == "sms_code_gone"


def test_nothing_of_it_stands_outside_its_transaction() -> None:
    """A bureau's decision that fails afterwards takes the phone back with it."""
    user = make_owner(ONE)
    with transaction.atomic():
        replace_phone(operation=changing(user), user_id=user.pk, phone=NEW)
        transaction.set_rollback(True)
    user.refresh_from_db()
    assert user.phone == ONE.phone and holders(ONE.phone) == {user} and not OutgoingSms.objects.exists()
