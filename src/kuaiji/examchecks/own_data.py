"""What the exam system was told about a person, for 我的数据."""

from typing import Any

from kuaiji.examchecks.services.told import Told, told_about
from kuaiji.identity.data_parts import DATA_PARTS, DataPart, columns
from kuaiji.identity.models import User

OF_CHECK = ("at", "level", "year", "division", "reference", "outcome", "version", "status", "division_code")
MOST = 10_000  # of one person: each is an answer to a client, and clients have a rate


def register() -> None:
    """Say what this app keeps. Once, in AppConfig.ready."""
    DATA_PARTS.register("exam_checks", DataPart(order=125, values=_checks))


def _checks(user: User) -> Any:
    return [_check(told) for told in told_about(user.pk, limit=MOST)]


def _check(told: Told) -> dict[str, Any]:
    verdicts = told.judgement.verdicts if told.judgement else ()
    said = [{"condition": one.condition, "met": one.met, "code": one.code, "text": one.text} for one in verdicts]
    return columns(told.check, OF_CHECK) | {"client": told.client, "verdicts": said}
