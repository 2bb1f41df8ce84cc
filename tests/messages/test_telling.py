"""Telling people: once, in the transaction of what it says, by their choice; what came of it on the phone."""

import datetime as dt
import random
import uuid

import pytest
from django.db import IntegrityError, transaction

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User
from kuaiji.identity.notices import tell_user
from kuaiji.messages.enums import DeliveryState, MessageClass
from kuaiji.messages.hooks import STANDS
from kuaiji.messages.models import Delivery, Message, Unwanted
from kuaiji.messages.services.choosing import choose_messages, resume_message, stop_message, unwanted_of
from kuaiji.messages.services.reading import KEPT, forget_messages, sweep_messages
from kuaiji.messages.services.telling import tell
from kuaiji.sms import services as sms
from kuaiji.sms.enums import Report, TemplateKey
from kuaiji.sms.models import MessageState, OutgoingSms
from people.factories import UserFactory
from tests.support.together import together


def operation(kind: OperationKind = OperationKind.MESSAGES_CHOOSING) -> Operation:
    return Operation(kind=kind, actor_kind=ActorKind.CITIZEN)


def collected(user: User, once: str = "1") -> None:
    """One message that a person may switch off."""
    parameters = {"date": "2026年11月30日", "number": "GD-2026-0000-0123"}
    tell_user(user, TemplateKey.COLLECTED, parameters=parameters, once=once, at=clock.now())


def changed(user: User, once: str = "1") -> None:
    """One that everybody gets."""
    tell_user(user, TemplateKey.PASSWORD_CHANGED, parameters={"time": "11月30日14:05"}, once=once, at=clock.now())


@pytest.mark.django_db
def test_a_message_is_in_the_inbox_and_on_its_way() -> None:
    user = UserFactory.create()
    collected(user)
    message, sms_row = Message.objects.get(), OutgoingSms.objects.get()
    assert message.words == (
        "您的信息采集已于2026年11月30日完成，档案编号GD-2026-0000-0123。信息有变化时，请及时登录办理信息变更。"
    )
    assert (message.person_key, message.read_at, message.words_version) == (user.person_key, None, 1)
    assert (sms_row.phone, sms_row.template_key, sms_row.origin) == (user.phone, "collected", "messages")
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.sms_id, delivery.message_id) == ("queued", sms_row.pk, message.pk)


@pytest.mark.django_db
def test_the_same_again_has_one_effect() -> None:
    user = UserFactory.create()
    for once in ("1", "1", "2"):
        changed(user, once)
    assert Message.objects.count() == OutgoingSms.objects.count() == Delivery.objects.count() == 2


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_told() -> None:
    user = UserFactory.create()
    with transaction.atomic():
        changed(user)
        transaction.set_rollback(True)
    assert not Message.objects.exists() and not OutgoingSms.objects.exists()


@pytest.mark.race
def test_of_many_who_tell_the_same_at_once_one_does() -> None:
    user = UserFactory.create()
    together([lambda: changed(User.objects.select_related("person_key").get(pk=user.pk))] * 6)
    assert Message.objects.count() == OutgoingSms.objects.count() == 1


@pytest.mark.django_db
def test_a_secret_is_in_the_message_and_not_in_the_inbox() -> None:
    user = UserFactory.create()
    parameters = {"place": "深圳市", "code": "ABCD-EFGH"}
    tell_user(user, TemplateKey.TRANSFER_CODE, parameters=parameters, once="1", at=clock.now())
    assert "ABCD" not in str(Message.objects.get().words)
    assert OutgoingSms.objects.get().parameters == parameters


@pytest.mark.django_db
def test_who_has_no_inbox_any_more_is_told_by_phone_alone() -> None:
    user = UserFactory.create()
    tell_user(user, TemplateKey.CLOSED, parameters={"time": "11月30日14:05"}, once="1", at=clock.now())
    message = Message.objects.get()
    assert (message.person_key_id, message.words) == (None, None)
    assert OutgoingSms.objects.get().phone == user.phone


@pytest.mark.django_db
def test_without_a_phone_the_inbox_has_it() -> None:
    user = UserFactory.create(phone="")
    changed(user)
    assert Message.objects.count() == 1 and not Delivery.objects.exists() and not OutgoingSms.objects.exists()


@pytest.mark.django_db
def test_who_does_not_want_a_class_finds_it_in_the_inbox() -> None:
    user = UserFactory.create()
    asked = operation()
    for operation_, is_new in ((asked, True), (operation(), False)):
        wanted = [MessageClass.REMINDER]
        done = choose_messages(operation=operation_, subject_id=user.pk, person_key=user.person_key, wanted=wanted)
        assert done == is_new
    assert unwanted_of(user.person_key_id) == {MessageClass.USEFUL}
    assert Event.objects.get(kind="MessagesChosen").data == {"unwanted": "useful"}
    collected(user)
    changed(user)
    assert Message.objects.count() == 2
    assert [row.template_key for row in OutgoingSms.objects.all()] == ["password_changed"]


@pytest.mark.django_db
def test_the_database_refuses_that_a_must_is_unwanted() -> None:
    user = UserFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Unwanted.objects.create(person_key=user.person_key, message_class=MessageClass.MUST, since=clock.now())


@pytest.mark.django_db
def test_an_operator_stops_and_resumes() -> None:
    user = UserFactory.create()
    stopping = operation(OperationKind.MESSAGES_STOPPING)
    assert stop_message(operation=stopping, event="collected", by="陈晓")
    assert not stop_message(operation=operation(OperationKind.MESSAGES_STOPPING), event="collected", by="陈晓")
    collected(user)
    assert not Message.objects.exists()
    assert resume_message(operation=operation(OperationKind.MESSAGES_STOPPING), event="collected")
    collected(user)
    assert Message.objects.count() == 1
    assert [event.kind for event in Event.objects.order_by("pk")] == ["MessageStopped", "MessageResumed"]


@pytest.mark.django_db
@pytest.mark.parametrize(("event", "code"), [("closed", "must"), ("none", "unknown_message")])
def test_what_people_must_be_told_is_not_stopped(event: str, code: str) -> None:
    with pytest.raises(RuleBroken, match=code):
        stop_message(operation=operation(OperationKind.MESSAGES_STOPPING), event=event, by="陈晓")


@pytest.mark.django_db
def test_what_became_of_it_is_noted() -> None:
    user = UserFactory.create()
    changed(user)
    taken = sms.take_notices(limit=1, twice_is_once=False)
    sms.settle(handed=[sms.Handed(row, MessageState.SENT, "tencent", "S1") for row in taken])
    assert Delivery.objects.get().state == DeliveryState.SENT
    sms.take_reports(provider="tencent", reports=[("S1", Report.UNDELIVERED, "MI:0024")])
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "MI:0024")
    sms.take_reports(provider="tencent", reports=[("S1", Report.DELIVERED, "DELIVRD")])
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


@pytest.mark.django_db
def test_what_is_over_by_then_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    user, subject, holds = UserFactory.create(), uuid.uuid4(), []
    known = dict.fromkeys(["transfer_claimed"], lambda subject_id, once: holds.append((subject_id, once)))
    monkeypatch.setattr(STANDS, "_entries", known)
    parameters = {"place": "深圳市", "time": "11月30日14:05"}
    tell_user(user, TemplateKey.TRANSFER_CLAIMED, parameters=parameters, once="t:1", at=clock.now(), subject_id=subject)
    assert sms.take_notices(limit=1, twice_is_once=False) == []
    assert holds == [(subject, "t:1")]
    assert OutgoingSms.objects.get().state == "unwanted" and OutgoingSms.objects.get().phone is None
    assert Delivery.objects.get().state == DeliveryState.DROPPED


@pytest.mark.django_db
def test_what_was_on_its_way_when_a_person_closed_goes_out() -> None:
    user = UserFactory.create()
    changed(user)
    forget_messages(user.person_key_id)
    assert not Message.objects.exists()
    assert len(sms.take_notices(limit=1, twice_is_once=False)) == 1


@pytest.mark.django_db
def test_messages_of_two_years_ago_are_forgotten() -> None:
    user = UserFactory.create()
    for number in range(5):
        collected(user, once=str(number))
    old = Message.objects.order_by("pk").values_list("pk", flat=True)[:3]
    Message.objects.filter(pk__in=list(old)).update(made_at=clock.now() - KEPT - dt.timedelta(days=1))
    assert [sweep_messages(limit=2), sweep_messages(limit=2), sweep_messages(limit=2)] == [2, 1, 0]
    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_a_parameter_that_the_words_do_not_have_is_refused() -> None:
    user = UserFactory.create()
    with pytest.raises(ValueError, match="takes"), transaction.atomic():
        tell(
            TemplateKey.COLLECTED,
            to=user.person_key,
            phone=user.phone,
            parameters={"date": "1", "number": "2", "name": "王"},
            once=str(random.random()),
            at=clock.now(),
        )
    assert not Message.objects.exists()
