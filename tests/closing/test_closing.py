"""注销: what goes, what stays, who comes back; alone and against a submission at the same moment."""

import functools
import random
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import storages
from django.db import models

from kuaiji.accountants.enums import HoldKind
from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import AccessLog, Event
from kuaiji.audit.services import Operation, record_events
from kuaiji.closing import services
from kuaiji.closing.services import close_user
from kuaiji.collection.models import Draft, StepAnswers
from kuaiji.common.registry import AppRegistry, Unregistered
from kuaiji.identity import closing_steps
from kuaiji.identity.closing_steps import CLOSING_STEPS, ClosingStep, Obstacle
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.events import PhoneChanged
from kuaiji.identity.models import Agreement, Fingerprint, KnownBrowser, Session, SmsCode, User
from kuaiji.identity.passwords.services import change_own_password
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import phone_fingerprints, users_with
from kuaiji.identity.recovery.services import (
    prove_recovery,
    send_recovery_code,
    set_recovered_password,
    start_recovery,
)
from kuaiji.identity.registration.services import register_user
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.identity.sms_codes.services import draw_requested_code
from kuaiji.keys.models import KeyDestroyed, PersonKey
from kuaiji.limits.models import Attempt
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from people.client_visitor import ClientVisitor
from people.persons import Person, make_person, make_picture
from people.records.drafts import fill_in, submit
from people.sign_in_steps import PASSWORD, admitted, code_for, make_details, make_owner, refused, registering
from tests.support.partners import Others, others
from tests.support.together import together
from tests.support.uploads import send as upload

__all__ = ["others"]
NEW = "秋水 blue-heron 88"
ONE = make_details("one")


def make_accountant(seed: int = 1) -> tuple[User, Person]:
    """Somebody with a password and a whole draft."""
    person = make_person(random.Random(seed), status="1")
    user = make_owner(Details.from_flat(person.details))
    fill_in(user, person)
    return user, person


def close(user: User) -> None:
    close_user(
        operation=Operation(kind=OperationKind.CLOSING, actor_kind=ActorKind.CITIZEN, actor_id=user.pk),
        user_id=user.pk,
    )


def submitted(user: User) -> uuid.UUID:
    """The id of the record that submitting makes."""
    return submit(user).pk


def stored_files() -> Iterator[str]:
    """Every file of the storage."""
    files = storages["default"]
    folders = [""]
    while folders:
        folder = folders.pop()
        inner, names = files.listdir(folder) if files.exists(folder) or not folder else ([], [])
        folders += [f"{folder}/{name}".lstrip("/") for name in inner]
        yield from (f"{folder}/{name}" for name in names)


def everything_of(user: User) -> dict[str, int]:
    """How many rows of each table name this person or the person's key."""
    return {
        f"{model.__name__}.{field.name}": model._default_manager.filter(**{f"{field.name}_id": value}).count()
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey)
        for kind, value in ((User, user.pk), (PersonKey, user.person_key_id))
        if field.related_model is kind and model is not Event
    }


@pytest.mark.django_db
def test_without_a_record_nothing_stays_and_the_key_is_gone(django_capture_on_commit_callbacks: object) -> None:
    user, _ = make_accountant()
    photo = upload(user, "photo", make_picture(random.Random(2), 600, 800))
    key = photo.storage_key
    assert key in set(stored_files())
    before = everything_of(user)
    assert before["StepAnswers.person_key"] == 5 and before["Attachment.person_key"] >= 2
    pk = user.pk
    moved = PhoneChanged(subject_id=pk, before=user.phone, after="13900139000")
    record_events(registering(), moved, person_key=user.person_key)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        close(user)
    user.pk = pk
    assert {name for name, count in everything_of(user).items() if count} == set()
    assert not User.objects.exists() and not Fingerprint.objects.exists() and not Draft.objects.exists()
    assert not Attachment.objects.exists() and key not in set(stored_files())
    row = PersonKey.objects.get(pk=user.person_key_id)
    assert row.wrapped is None and row.destroyed_at
    with pytest.raises(KeyDestroyed):
        _ = row.box
    [event] = Event.objects.filter(kind="UserClosed")
    assert (event.subject_id, event.data) == (pk, {"keeps_record": False})
    left = list(Event.objects.filter(person_key=row, personal__isnull=False))
    for sealed in left:
        with pytest.raises(KeyDestroyed):
            _ = sealed.personal
    assert left


@pytest.mark.django_db
def test_who_had_no_record_registers_anew_as_somebody_new(others: Others) -> None:
    details = make_details("one")
    user = make_owner(details)
    close(user)
    broken = refused(lambda: sign_in_user(number=details.person.document.number, password=PASSWORD))
    assert broken and broken.code == "sign_in_refused"
    again = register_user(operation=registering(), registration_id=admitted(details), password=PASSWORD)
    assert again.pk != user.pk and again.person_key_id != user.person_key_id


@pytest.mark.django_db
def test_with_a_record_the_record_stays_and_the_rest_goes() -> None:
    user, person = make_accountant()
    record = submit(user)
    upload(user, "photo", make_picture(random.Random(2), 600, 800))
    kept = set(Attachment.objects.exclude(claimed_at=None).values_list("pk", flat=True))
    KnownBrowser.objects.create(user=user, digest=b"-", seen_at=user.joined_at)
    close(user)
    user = User.objects.select_related("person_key").get(pk=user.pk)
    assert (user.is_active, user.phone) == (False, "") and user.closed_at
    assert (user.name, user.document_number) == (person.name, person.document_number)
    assert set(Attachment.objects.values_list("pk", flat=True)) == kept
    assert not KnownBrowser.objects.exists() and not Session.objects.filter(user=user).exists()
    assert not StepAnswers.objects.exists() and user.agreements.filter(text="collection").exists()
    version = RecordVersion.objects.select_related("person_key").get(record=record)
    assert version.content["identity"]["document_number"] == person.document_number
    [event] = Event.objects.filter(kind="UserClosed")
    assert event.data == {"keeps_record": True}


@pytest.mark.django_db
def test_the_phone_hears_of_it_once() -> None:
    details = make_details("one")
    user = make_owner(details)
    close(user)
    broken = refused(lambda: close(user))
    assert broken and broken.code == "closed"
    [message] = OutgoingSms.objects.all()
    assert (message.template_key, message.phone) == (TemplateKey.CLOSED, details.phone)


@pytest.mark.django_db
def test_who_has_a_record_comes_back_by_the_same_phone_as_the_same_user(others: Others) -> None:
    """R8.5's spirit: not a second user, and nobody else but who holds the phone."""
    user, person = make_accountant()
    record = submit(user)
    close(user)
    for password, code in ((PASSWORD, "closed"), ("wrong", "sign_in_refused")):
        broken = refused(functools.partial(sign_in_user, number=person.document_number, password=password))
        assert broken and broken.code == code
    details = Details.from_flat(person.details)
    broken = refused(lambda: admitted(details))
    assert broken and broken.code == "closed" and "找回密码" in broken.message
    OutgoingSms.objects.all().delete()
    Attempt.objects.all().delete()

    recovery = start_recovery()
    who: dict[str, Any] = {"number": person.document_number, "phone": person.phone, "document_type": ""}
    send_recovery_code(recovery=recovery, **who)
    prove_recovery(recovery=recovery, sms_code=code_for(person.phone), **who)
    operation = Operation(kind=OperationKind.PASSWORD_RECOVERING, actor_kind=ActorKind.CITIZEN)
    again = set_recovered_password(operation=operation, recovery_id=recovery.pk, password=NEW)
    assert again.pk == user.pk and again.is_active and again.phone == person.phone and again.closed_at is None
    assert sign_in_user(number=person.document_number, password=NEW) == user
    assert Record.objects.get(user=again) == record
    assert Event.objects.filter(kind="UserReopened", subject_id=user.pk).count() == 1


@pytest.mark.django_db
def test_another_phone_brings_nobody_back() -> None:
    user, person = make_accountant()
    submit(user)
    close(user)
    OutgoingSms.objects.all().delete()
    recovery = start_recovery()
    send_recovery_code(recovery=recovery, number=person.document_number, phone="13900139000", document_type="")
    draw_requested_code(code_id=SmsCode.objects.get().pk)
    assert not OutgoingSms.objects.exists()


@pytest.mark.django_db
def test_an_open_transfer_forbids_it_and_says_what_to_do() -> None:
    user, _ = make_accountant()
    record = submit(user)
    hold = record.holds.create(kind=HoldKind.TRANSFER, source_id=uuid.UUID(int=1), since=record.collected_at)
    broken = refused(lambda: close(user))
    assert broken and broken.code == "transfer_open" and "撤回调出" in broken.message
    assert User.objects.get(pk=user.pk).is_active and not OutgoingSms.objects.filter(template_key="closed").exists()
    hold.lifted_at = record.collected_at
    hold.save()
    record.holds.create(kind=HoldKind.CONTINUING_EDUCATION, source_id=uuid.UUID(int=1), since=record.collected_at)
    close(user)
    assert not User.objects.get(pk=user.pk).is_active


# What becomes of each row that leads to a person: whoever adds a table has to say it here.
GONE = {
    "Fingerprint", "Registration", "Recovery", "PhoneChange", "Check", "Session", "KnownBrowser", "Agreement",
    "TransferIn", "LateForm", "UnsentForm",
}  # fmt: skip
FATE = {
    **dict.fromkeys((f"{name}.user" for name in GONE), "goes with the user"),
    "Draft.user": "deleted before",
    "Submission.user": "deleted before",
    "Record.user": "there is a record: the user stays",
    "Application.user": "set to null",
    "Case.user": "set to null",
}


def test_what_becomes_of_every_table_is_said() -> None:
    actions = {
        f"{model.__name__}.{field.name}": field.remote_field.on_delete
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey) and field.related_model is User
    }
    assert actions.keys() == FATE.keys()
    assert {name for name, action in actions.items() if action is models.CASCADE} == {f"{name}.user" for name in GONE}
    protected = {name for name, action in actions.items() if action is models.PROTECT}
    assert protected == {"Draft.user", "Submission.user", "Record.user"}


def test_every_app_with_a_part_in_closing_has_registered_it() -> None:
    assert set(CLOSING_STEPS) == {"identity", "messages", "unsent", "accountants", "collection", "changes", "transfers"}
    with pytest.raises(Unregistered, match="closing step 'staff'"):
        CLOSING_STEPS["staff"]


@pytest.mark.django_db
def test_each_step_of_a_registered_app_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app that comes later is asked like the others: whether it forbids, keeps, forgets and erases."""
    steps: AppRegistry[str, ClosingStep] = AppRegistry("closing step")
    monkeypatch.setattr(services, "CLOSING_STEPS", steps)
    monkeypatch.setattr(closing_steps, "CLOSING_STEPS", steps)
    user, taken = make_owner(ONE), []
    obstacle: list[Obstacle] = [Obstacle("study_open", "学习中不能注销", "学习中。", "请先结束学习。")]
    step = ClosingStep(
        obstacle=lambda user: obstacle[0] if obstacle else None,
        forget=lambda user: taken.append(f"forget {user.pk}"),
        erase=lambda user: taken.append(f"erase {user.pk}"),
    )
    steps.register("education", step)
    broken = refused(lambda: close(user))
    assert broken and (broken.code, broken.message, taken) == ("study_open", "学习中不能注销", [])
    assert "学习中。</b>请先结束学习。" in signed_in().open("/me/security/close/").text
    obstacle.clear()
    pk = user.pk
    close(user)
    assert taken == [f"forget {pk}", f"erase {pk}"] and not User.objects.filter(pk=pk).exists()


@pytest.mark.django_db
def test_a_step_that_keeps_something_keeps_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: AppRegistry[str, ClosingStep] = AppRegistry("closing step")
    monkeypatch.setattr(services, "CLOSING_STEPS", steps)
    user, taken = make_owner(ONE), []
    steps.register("education", ClosingStep(keeps=lambda user: True, erase=lambda user: taken.append("erase")))
    close(user)
    assert User.objects.get(pk=user.pk).closed_at and taken == []


# ── the page ──


def signed_in() -> ClientVisitor:
    visitor = ClientVisitor()
    visitor.open("/login/")
    visitor.send(document_number=ONE.person.document.number, password=PASSWORD)
    return visitor


@pytest.mark.django_db
def test_the_page_says_what_goes_asks_once_more_and_leaves_nothing_in_the_browser() -> None:
    user = make_owner(ONE)
    visitor = signed_in()
    page = visitor.open("/me/security/close/")
    assert "马上删除" in page.text and "依法保留" in page.text and "重新注册" in page.text
    page = visitor.send()
    assert page.status == 422 and page.faults.keys() == {"understood", "current_password"}
    page = visitor.send(understood="on", current_password="wrong")
    assert page.status == 422 and page.faults.keys() == {"current_password"} and "wrong" not in page.text
    assert User.objects.filter(pk=user.pk).exists()
    form = page.forms[-1]["fields"] | {"understood": "on", "current_password": PASSWORD}
    answer = visitor.client.post("/me/security/close/", form)
    assert answer.headers["Location"] == "/closed/" and answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not User.objects.exists() and not Session.objects.exclude(user=None).exists()
    assert "已注销" in visitor.open("/closed/").text
    assert AccessLog.objects.filter(action="closing.close", subject_id=user.pk, outcome="ok").exists()
    visitor.open("/me/")
    assert visitor.path.startswith("/login/")
    again = visitor.client.post("/me/security/close/", form)  # the form once more, from history
    assert again.status_code in (302, 403) and Event.objects.filter(kind="UserClosed").count() == 1


@pytest.mark.django_db
def test_with_an_open_transfer_the_page_offers_no_button() -> None:
    user, _ = make_accountant()
    record = submit(user)
    record.holds.create(kind=HoldKind.TRANSFER, source_id=uuid.UUID(int=1), since=record.collected_at)
    visitor = ClientVisitor()
    visitor.client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    page = visitor.open("/me/security/close/")
    assert "现在不能注销" in page.text and "current_password" not in page.text
    answer = visitor.client.post(
        "/me/security/close/",
        {
            "understood": "on",
            "current_password": PASSWORD,
            "csrfmiddlewaretoken": visitor.client.cookies[settings.CSRF_COOKIE_NAME].value,
        },
    )
    assert answer.status_code == 422 and User.objects.get(pk=user.pk).is_active


@pytest.mark.django_db
def test_a_closed_person_is_told_at_the_door_how_to_come_back() -> None:
    user, person = make_accountant()
    submit(user)
    close(user)
    visitor = ClientVisitor()
    visitor.open("/login/")
    page = visitor.send(document_number=person.document_number, password=PASSWORD)
    assert page.status == 422 and "您已注销" in page.summary and "/recover/" in page.links


# ── at the same moment ──


@pytest.mark.race
def test_closing_against_submitting_ends_as_one_of_the_two() -> None:
    """Either there was a record and it stays, or there is nothing at all."""
    ends = set()
    for seed in range(4):
        user, _ = make_accountant(seed)
        fresh = User.objects.select_related("person_key").get(pk=user.pk)
        outcomes = together([functools.partial(close, user), functools.partial(submitted, fresh)])
        row, record = User.objects.filter(pk=user.pk).first(), Record.objects.filter(user=user.pk).first()
        if record:
            assert outcomes[1] == record.pk and row and row.closed_at and not row.is_active
            assert row.person_key.wrapped is not None
        else:
            assert outcomes == [None, "closed"] and row is None
        ends.add(record is not None)
        assert Attachment.objects.filter(person_key=user.person_key_id, claimed_at=None).count() == 0
    assert ends


@pytest.mark.race
def test_closing_eight_times_at_once_closes_once() -> None:
    user = make_owner(ONE)
    assert sorted(map(str, together([lambda: close(user)] * 8))) == ["None"] + ["closed"] * 7
    assert Event.objects.count() == OutgoingSms.objects.count() == 1 and not User.objects.exists()


@pytest.mark.race
def test_closing_against_a_new_password_leaves_nothing_half_done() -> None:
    user = make_owner(ONE)
    operation = Operation(kind=OperationKind.PASSWORD_CHANGING, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)

    def change() -> None:
        change_own_password(operation=operation, user=user, current=PASSWORD, password=NEW, keep=None)

    assert together([lambda: close(user), change])[1] in (None, "closed")
    assert not User.objects.exists() and not Agreement.objects.exists()
    keys = phone_fingerprints(ONE.phone)
    assert not users_with(FingerprintKind.PHONE, keys).exists()
