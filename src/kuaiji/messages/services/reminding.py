"""Finding whom to remind: by an index, in pages, going on where the last page ended, within a budget a day.

A page is one transaction under the lock of its event, so that several workers share the work and a killed one loses
nothing but its page. What was made once is made no more (docs/adr/0082).
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db import transaction

from kuaiji.common import clock
from kuaiji.common.locks import lock
from kuaiji.keys.models import PersonKey
from kuaiji.limits.rules import by_people
from kuaiji.messages.catalogue import CATALOGUE, next_hour
from kuaiji.messages.enums import Channel, DeliveryState
from kuaiji.messages.hooks import ROUNDS, Candidate, Page, Place, Round
from kuaiji.messages.models import Delivery, Message, ReminderPlace
from kuaiji.messages.services.telling import is_on, new_message
from kuaiji.sms.enums import TemplateKey

PAGE = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What one round came to: people ``reminded`` (of a dry run: who would be), and whether its budget ended it."""

    round: str
    event: TemplateKey
    reminded: int
    out_of_budget: bool


def remind_all(*, dry_run: bool = False) -> list[Found]:
    """Go through all rounds of this moment that are on. A dry run writes nothing, and begins where the next would."""
    return [_remind(each, dry_run) for each in rounds_now() if is_on(each.event)]


def remind_in_hours() -> list[Found]:
    """The same while reminders may go out, nothing at other times: what is found is sent as it was judged."""
    now = clock.now().astimezone(clock.CHINA)
    return remind_all() if next_hour(now) == now else []


def rounds_now() -> Iterator[Round]:
    """The searches that there are now."""
    now = clock.now()
    for rounds in ROUNDS.values():
        yield from rounds(now)


def _remind(each: Round, dry_run: bool) -> Found:
    left, total, after = budget_left(each.event), 0, _place(each.name)
    while left > 0:
        asked = min(PAGE, left)
        if dry_run:
            page = each.page(after, asked)
            made, after = len(_untold(each.event, page.found)), page.end
        else:
            page, made = _page(each, asked)
        total, left = total + made, left - made
        if page.is_last:
            return Found(each.name, each.event, total, out_of_budget=False)
    return Found(each.name, each.event, total, out_of_budget=True)


@transaction.atomic
def _page(each: Round, limit: int) -> tuple[Page, int]:
    """One page: its messages, its deliveries and the place where the next one begins, or nothing."""
    lock("reminders", each.event.encode())
    page = each.page(_place(each.name), limit)
    if page.end is None:
        return page, 0
    made = _make(each.event, page.found)
    moment, subject_id = page.end
    ReminderPlace.objects.update_or_create(round=each.name, defaults={"moment": moment, "subject_id": subject_id})
    return page, made


def _untold(event: TemplateKey, found: Sequence[Candidate]) -> list[Candidate]:
    """Those who have no message of this event and ``once`` yet; each once."""
    once = {each.once: each for each in found}
    told = Message.objects.filter(event=event, once__in=list(once)).values_list("once", flat=True)
    return [once[each] for each in once.keys() - set(told)]


def _make(event: TemplateKey, found: Sequence[Candidate]) -> int:
    now = clock.now()
    due, untold = next_hour(now.astimezone(clock.CHINA)), _untold(event, found)
    keys = PersonKey.objects.filter(destroyed_at=None).in_bulk([each.person_key_id for each in untold])
    messages, deliveries = [], []
    for each in untold:
        if (key := keys.get(each.person_key_id)) is None:
            continue
        message = new_message(
            event, to=key, parameters=each.parameters, once=each.once, at=now, subject_id=each.subject_id
        )
        messages.append(message)
        deliveries.append(_planned(message, each, due))
    Message.objects.bulk_create(messages)
    Delivery.objects.bulk_create(deliveries)
    return len(messages)


def _planned(message: Message, candidate: Candidate, due: dt.datetime) -> Delivery:
    return Delivery(
        message=message,
        channel=Channel.SMS,
        state=DeliveryState.PLANNED,
        parameters=dict(candidate.parameters),
        due_at=due,
        changed_at=message.made_at,
    )


def _place(name: str) -> Place | None:
    return ReminderPlace.objects.filter(round=name).values_list("moment", "subject_id").first()


def budget_left(event: TemplateKey) -> int:
    """How many of this reminder may still be made today (China time); more where more people are served."""
    midnight = dt.datetime.combine(clock.today(), dt.time(), clock.CHINA)
    made = Message.objects.filter(event=event, made_at__gte=midnight).count()
    return max(0, by_people(CATALOGUE[event].budget or 0, settings.PEOPLE) - made)
