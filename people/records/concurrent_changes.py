"""Two devices of one person that save the same section again and again, each from what it saw last."""

import threading
import uuid
from typing import Any

from django.db import connection

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.services.changing import StaleChange, change_section
from kuaiji.accountants.services.versions import current_version
from people.records.versioned_records import broken_links, by_owner, inconsistencies, make_record


def rival_edits(edits_each: int, *, devices: int = 2) -> dict[str, Any]:
    """Let ``devices`` save ``edits_each`` times each; what the history says afterwards."""
    record = make_record(seed=3)
    stale: list[int] = []
    threads = [threading.Thread(target=_edit, args=(record.pk, device, edits_each, stale)) for device in range(devices)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record.refresh_from_db()
    schools = [one.content["education"]["full_time_school"] for one in record.versions.order_by("number")]
    return {
        "saves": edits_each * devices,
        "versions": record.version - 1,
        "told_stale": len(stale),
        "lost": edits_each * devices - len(set(schools[1:])),
        "out_of_order": sum(
            mine != sorted(mine, key=lambda school: int(school.split()[1]))
            for mine in (
                [school for school in schools[1:] if school.startswith(f"{device} ")] for device in range(devices)
            )
        ),
        "broken_links": len(broken_links(record)),
        "inconsistencies": inconsistencies(record),
    }


def _edit(record_id: uuid.UUID, device: int, edits: int, stale: list[int]) -> None:
    try:
        for number in range(edits):
            while not _saved(record_id, f"{device} {number}"):
                stale.append(number)
    finally:
        connection.close()


def _saved(record_id: uuid.UUID, school: str) -> bool:
    """Look at the record as a page does, then save; False when another device was faster."""
    record = Record.objects.select_related("user__person_key", "person_key").get(pk=record_id)
    seen = current_version(record)
    answers = seen.content["education"] | {"full_time_school": school}
    try:
        change_section(
            operation=by_owner(record),
            record_id=record_id,
            slug=SectionSlug.EDUCATION,
            answers=answers,
            based_on=seen.number,
        )
    except StaleChange:
        return False
    return True
