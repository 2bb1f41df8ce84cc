"""What the record says about a person, for 我的数据."""

import uuid
from typing import Any

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record
from kuaiji.identity.data_parts import DATA_PARTS, DataPart, columns
from kuaiji.identity.models import User

OF_RECORD = ("reference_number", "division_code", "version", "collected_at", "confirmed_at", "status")
OF_VERSION = ("number", "at", "kind", "section", "actor_kind", "content")


def register() -> None:
    """Say what this app keeps. Once, in AppConfig.ready."""
    DATA_PARTS.register("status", DataPart(order=40, values=_status))
    DATA_PARTS.register("record", DataPart(order=50, values=_record, subjects=_subjects))
    DATA_PARTS.register("versions", DataPart(order=80, values=_versions))
    DATA_PARTS.register("holds", DataPart(order=90, values=_holds))


def record_of(user: User) -> Record | None:
    """The person's record, if there is one."""
    return Record.objects.of(user).select_related("person_key").first()


def _subjects(user: User) -> list[uuid.UUID]:
    return list(Record.objects.of(user).values_list("pk", flat=True))


def _status(user: User) -> Any:
    return CollectionStatus(record.status) if (record := record_of(user)) else None


def _record(user: User) -> Any:
    return columns(record, OF_RECORD) if (record := record_of(user)) else None


def _versions(user: User) -> Any:
    if (record := record_of(user)) is None:
        return []
    versions = record.versions.select_related("person_key").order_by("number")
    return [columns(one, OF_VERSION) for one in versions]


def _holds(user: User) -> Any:
    record = record_of(user)
    return list(record.holds.order_by("since").values("kind", "since", "lifted_at")) if record else []
