"""What is sent and what not: by the choice of a person, and by an operator's switch."""

import uuid
from collections.abc import Collection

from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.keys.models import PersonKey
from kuaiji.messages.catalogue import CATALOGUE, may_be_switched_off
from kuaiji.messages.enums import MessageClass
from kuaiji.messages.events import MessageResumed, MessagesChosen, MessageStopped
from kuaiji.messages.models import StoppedMessage, Unwanted
from kuaiji.sms.enums import TemplateKey


def unwanted_of(person_key_id: uuid.UUID) -> set[MessageClass]:
    """The classes that the person does not want on the phone."""
    rows = Unwanted.objects.filter(person_key_id=person_key_id).values_list("message_class", flat=True)
    return {MessageClass(each) for each in rows}


@transaction.atomic
def choose_messages(
    *, operation: Operation, subject_id: uuid.UUID, person_key: PersonKey, wanted: Collection[MessageClass]
) -> bool:
    """Keep which classes the person (``subject_id``) wants on the phone besides those that everybody gets.

    The same choice again changes nothing and gives False.
    """
    PersonKey.objects.select_for_update(no_key=True).get(pk=person_key.pk)
    unwanted = {each for each in MessageClass if each != MessageClass.MUST and each not in wanted}
    before = unwanted_of(person_key.pk)
    if unwanted == before:
        return False
    Unwanted.objects.filter(person_key=person_key, message_class__in=before - unwanted).delete()
    Unwanted.objects.bulk_create(
        Unwanted(person_key=person_key, message_class=each, since=operation.at) for each in unwanted - before
    )
    record_events(operation, MessagesChosen(subject_id=subject_id, unwanted=",".join(sorted(unwanted))))
    return True


@transaction.atomic
def stop_message(*, operation: Operation, event: str, by: str) -> bool:
    """Stop an event: none is made, and none that waits goes out. False when it was stopped already.

    Raises RuleBroken ``unknown_message``, ``must`` for one that people have to be told.
    """
    known = _may_stop(event)
    _, is_new = StoppedMessage.objects.get_or_create(
        event=known, defaults={"stopped_at": operation.at, "stopped_by": by}
    )
    if is_new:
        record_events(operation, MessageStopped(subject_id=operation.id, event=known))
    return is_new


@transaction.atomic
def resume_message(*, operation: Operation, event: str) -> bool:
    """Let an event go out again; what was not made meanwhile is found by the next search. False when it was not
    stopped. Raises RuleBroken as ``stop_message``."""
    known = _may_stop(event)
    gone, _ = StoppedMessage.objects.filter(event=known).delete()
    if gone:
        record_events(operation, MessageResumed(subject_id=operation.id, event=known))
    return bool(gone)


def _may_stop(event: str) -> TemplateKey:
    if event not in {each.value for each in CATALOGUE}:
        raise RuleBroken("unknown_message", f"没有消息 {event}，请用 list 查看名称", "event")
    known = TemplateKey(event)
    if not may_be_switched_off(known):
        raise RuleBroken("must", f"消息 {event} 是必须告知的，不能停发", "event")
    return known
