"""What services keep for a door, in their own transaction: the browser somebody came in by, the address of an act."""

import uuid
from typing import Any

import pytest

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.identity import attempts
from kuaiji.identity.models import KnownBrowser, User
from kuaiji.identity.passwords.services import change_own_password
from kuaiji.identity.recovery.services import prove_recovery, send_recovery_code, set_recovered_password, start_recovery
from kuaiji.identity.registration.services import register_user, send_registration_code, start_registration
from kuaiji.identity.security.services import (
    prove_old_phone,
    send_code_to_new_phone,
    send_code_to_old_phone,
    start_phone_change,
)
from kuaiji.identity.sessions.known_browsers import Browser, is_known_to_any, remember_browser
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.identity.sms_codes.services import request_code
from kuaiji.limits.models import Attempt
from kuaiji.limits.services import Address
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from people.sign_in_steps import PASSWORD, admitted, code_for, make_details, make_owner, refused, registering
from tests.support.partners import Others

pytestmark = pytest.mark.django_db
ONE = make_details("one")
NEW = "秋水 blue-heron 88"
ADDRESS = Address(b"of this address", (b"of its network",))


def browser(number: int, *, brought: bool = False) -> Browser:
    cookie = f"{number:022}"
    return Browser(cookie if brought else "", cookie)


def known(user: User) -> list[int]:
    """Which of three browsers are the person's."""
    return [number for number in range(3) if is_known_to_any(browser(number).cookie, [user.pk])]


def told() -> int:
    return OutgoingSms.objects.filter(template_key=TemplateKey.NEW_BROWSER).count()


def counted(kind: object = attempts.CODE_FROM_ADDRESS) -> int:
    return Attempt.objects.filter(kind=str(kind), key=ADDRESS.key).count()


def operation(kind: OperationKind) -> Operation:
    return Operation(kind=kind, actor_kind=ActorKind.CITIZEN)


# ── browsers ──


def test_signing_in_makes_the_browser_known_and_tells_the_phone_once() -> None:
    user = make_owner(ONE)
    for came in (browser(1), browser(1, brought=True), browser(2)):
        assert sign_in_user(number=ONE.person.document.number, password=PASSWORD, browser=came) == user
    assert known(user) == [1, 2] and told() == 2 and KnownBrowser.objects.count() == 2


def test_who_is_refused_makes_no_browser_known() -> None:
    user = make_owner(ONE)
    assert refused(lambda: sign_in_user(number=ONE.person.document.number, password="guess", browser=browser(1)))
    assert known(user) == [] and told() == 0


def test_registering_makes_the_browser_known_however_often_it_is_pressed(others: Others) -> None:
    registration_id = admitted(ONE)
    for came in (browser(1), browser(2)):
        user = register_user(operation=registering(), registration_id=registration_id, password=PASSWORD, browser=came)
    assert known(user) == [1, 2] and told() == 0


def test_a_registration_that_is_refused_keeps_no_browser(others: Others) -> None:
    registration_id = admitted(ONE)
    assert refused(
        lambda: register_user(
            operation=registering(), registration_id=registration_id, password="short", browser=browser(1)
        )
    )
    assert not KnownBrowser.objects.exists()


def recovering() -> uuid.UUID:
    recovery = start_recovery()
    who: dict[str, Any] = {"number": ONE.person.document.number, "phone": ONE.phone, "document_type": ""}
    send_recovery_code(recovery=recovery, address=None, **who)
    prove_recovery(recovery=recovery, sms_code=code_for(ONE.phone), **who)
    return recovery.pk


def test_a_new_password_leaves_the_browser_it_was_set_in_and_no_other() -> None:
    user = make_owner(ONE)
    remember_browser(user.pk, browser(0))
    recovery_id, kind = recovering(), OperationKind.PASSWORD_RECOVERING
    for came in (browser(1), browser(1, brought=True)):  # pressed twice
        set_recovered_password(operation=operation(kind), recovery_id=recovery_id, password=NEW, browser=came)
    assert known(user) == [1]
    user.refresh_from_db()
    change_own_password(
        operation=operation(OperationKind.PASSWORD_CHANGING),
        user=user,
        current=NEW,
        password=PASSWORD,
        keep=None,
        browser=browser(2),
    )
    assert known(user) == [2] and told() == 0


def test_a_password_that_is_refused_leaves_the_browsers_as_they_were() -> None:
    user = make_owner(ONE)
    remember_browser(user.pk, browser(0))
    change = operation(OperationKind.PASSWORD_CHANGING)
    for current, password in (("guess", NEW), (PASSWORD, PASSWORD), (PASSWORD, "short")):
        assert refused(
            lambda current=current, password=password: change_own_password(  # type: ignore[misc]
                operation=change, user=user, current=current, password=password, keep=None, browser=browser(1)
            )
        )
    assert known(user) == [0]


# ── addresses ──


def test_whatever_sign_in_refuses_counts_for_the_address_and_nothing_else_does() -> None:
    make_owner(ONE)
    kind = attempts.GUESS_FROM_ADDRESS
    for number, password, so_far in (
        (ONE.person.document.number, PASSWORD, 0),
        (ONE.person.document.number, "guess", 1),
        ("E00000000", "guess", 2),
        (ONE.person.document.number, PASSWORD, 2),
    ):
        refused(
            lambda number=number, password=password: sign_in_user(  # type: ignore[misc]
                number=number, password=password, address=ADDRESS
            )
        )
        assert counted(kind) == so_far
    for _ in range(5):
        refused(lambda: sign_in_user(number=ONE.person.document.number, password="guess", address=ADDRESS))
    assert counted(kind) == 7  # the last one was refused before it was compared


def test_a_code_counts_for_the_address_once_it_is_really_asked_for() -> None:
    form_id, counts = uuid.uuid4(), {attempts.CODE_TO_PHONE: b"the phone"}
    asked: dict[str, Any] = {"purpose": "registration", "address": ADDRESS, "phone": ONE.phone, "counts": counts}
    assert request_code(form_id=form_id, **asked)
    assert not request_code(form_id=form_id, **asked)
    limited = refused(lambda: request_code(form_id=uuid.uuid4(), **asked))
    assert limited and limited.code == "limit_code_to_phone" and counted() == 1


def test_every_way_to_a_code_counts_for_the_address() -> None:
    user, two = make_owner(ONE), make_details("two")
    begun = start_registration(works_in_accounting=True, holds_qualification=False)
    assert send_registration_code(registration=begun, details=two, address=ADDRESS) and counted() == 1
    who: dict[str, Any] = {"number": two.person.document.number, "phone": "13900139001", "document_type": ""}
    assert send_recovery_code(recovery=start_recovery(), address=ADDRESS, **who) and counted() == 2
    change = start_phone_change(user=user)
    assert send_code_to_old_phone(change=change, address=ADDRESS) and counted() == 3
    prove_old_phone(change=change, sms_code=code_for(ONE.phone))
    assert send_code_to_new_phone(change=change, phone="13900139002", address=ADDRESS) and counted() == 4
