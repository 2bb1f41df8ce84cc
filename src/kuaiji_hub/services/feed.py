"""What each platform is told: numbered under its row's lock, so that no number is missing and none comes late."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Length

from kuaiji_hub.models import FeedEntry, Platform
from kuaiji_wire import answers
from kuaiji_wire.errors import BadMessage
from kuaiji_wire.messages import read_envelope

PAGE_BYTES = 8 << 20  # of bodies in one answer, unless its first entry alone is larger


def tell(codes: Iterable[str], message_id: uuid.UUID, *, at: dt.datetime) -> None:
    """Put the message into these platforms' feeds. Whoever else tells one of them waits until we are done."""
    for code in sorted(codes):
        platform = Platform.objects.select_for_update(no_key=True).get(pk=code)
        platform.feed_number += 1
        platform.save(update_fields=["feed_number"])
        FeedEntry.objects.create(platform=platform, number=platform.feed_number, message_id=message_id, told_at=at)


def read(*, platform: str, after: int, limit: int) -> answers.Feed:
    """What follows number ``after``; asking for it says that everything up to it has arrived.

    Raises BadMessage when the hub never gave that number.
    """
    asked = Platform.objects.filter(pk=platform)
    if after > asked.get().feed_number:
        raise BadMessage("after")
    rows = FeedEntry.objects.filter(platform=platform, number__gt=after).order_by("number")
    sizes = rows.annotate(size=Length("message__body")).values_list("number", "size")[: limit + 1]
    last, total = after, 0
    for number, size in list(sizes)[:limit]:
        total += size
        if total > PAGE_BYTES and last > after:
            break
        last = number
    page = rows.filter(number__lte=last).select_related("message__data_key")
    entries = tuple(
        answers.FeedEntry(number=entry.number, envelope=read_envelope(entry.message.plain_body)) for entry in page
    )
    asked.filter(feed_collected__lt=after).update(feed_collected=after)
    return answers.Feed(entries=entries, more=any(number > last for number, _ in sizes))


def uncollected() -> list[tuple[Platform, int, dt.datetime]]:
    """Platforms that have not collected all: how many entries wait, and since when the first does."""
    behind = Platform.objects.filter(feed_collected__lt=F("feed_number"))
    return [
        (platform, platform.feed_number - platform.feed_collected, _told(platform, platform.feed_collected + 1))
        for platform in behind
    ]


def _told(platform: Platform, number: int) -> dt.datetime:
    return FeedEntry.objects.get(platform=platform, number=number).told_at
