"""Changes of name that had to wait, for 我的数据."""

from typing import Any

from kuaiji.changes.models import WaitingName
from kuaiji.identity.data_parts import DATA_PARTS, DataPart, columns
from kuaiji.identity.models import User

OF_NAME = ("state", "name", "reason", "words", "made_at", "decided_at")


def register() -> None:
    """Say what this app keeps. Once, in AppConfig.ready."""
    DATA_PARTS.register("waiting_names", DataPart(order=77, values=_names))


def _names(user: User) -> Any:
    rows = WaitingName.objects.filter(record__user=user).select_related("person_key").order_by("made_at")
    return [columns(row, OF_NAME) for row in rows]
