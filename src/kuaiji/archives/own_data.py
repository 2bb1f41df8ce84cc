"""The prints of a person's record, for 我的数据."""

from typing import Any

from kuaiji.archives.models import ArchivePrint
from kuaiji.identity.data_parts import DATA_PARTS, DataPart, columns
from kuaiji.identity.models import User

OF_PRINT = ("kind", "version", "state", "asked_at", "made_at", "pages")


def register() -> None:
    """Say what this app keeps. Once, in AppConfig.ready."""
    DATA_PARTS.register("prints", DataPart(order=100, values=_prints))


def _prints(user: User) -> Any:
    return [columns(one, OF_PRINT) for one in ArchivePrint.objects.filter(record__user=user).order_by("asked_at")]
