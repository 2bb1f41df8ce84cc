"""What the hub compares names with, made anew by the rule of today: the steps of ``kuaiji hub mend-texts``."""

import uuid

from django.db.models import QuerySet

from kuaiji.common.mending import MendStep
from kuaiji.common.rotation import RotationStep
from kuaiji_hub import sealing
from kuaiji_hub.models import Person
from kuaiji_hub.services import people


def _behind() -> QuerySet[Person]:
    return Person.objects.exclude(name_folding=sealing.FOLDING)


def _ids(after: uuid.UUID, count: int) -> list[uuid.UUID]:
    return list(_behind().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:count])


def _print_anew(ids: list[uuid.UUID]) -> int:
    rows = _behind().filter(pk__in=ids).select_for_update(of=("self",), no_key=True, skip_locked=True)
    found = list(rows.select_related("report__data_key"))
    for person in found:
        people.print_name(person, people.reported(person).name)
    return Person.objects.bulk_update(found, ["name_key", "name_digest", "name_folding"])


STEPS = (MendStep(RotationStep("姓名索引", lambda: _behind().count(), _ids, _print_anew), changes=len),)
