"""Who acted, by name: members of staff with their bureau, and other people's systems."""

import uuid
from collections.abc import Iterable

from kuaiji.examchecks.models import ExamClient
from kuaiji.staff.models import Member


def names_of(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, str]:
    """By id, of those that are members or exam systems: 陈静（荔湾区财政局）."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    members = Member.objects.filter(pk__in=wanted).select_related("bureau")
    names: dict[uuid.UUID | None, str] = {one.pk: f"{one.name}（{one.bureau.full_name}）" for one in members}
    if wanted - names.keys():
        names |= dict(ExamClient.objects.filter(pk__in=wanted - names.keys()).values_list("pk", "name"))
    return names
