"""What somebody has typed about a case and not sent: kept past the end of a session, and past losing the case."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction

from kuaiji.audit.services import Operation
from kuaiji.cases.models import Case, KeptWords
from kuaiji.cases.services.taking import locked_case
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.staff.models import Member

KEPT_FOR = dt.timedelta(days=7)
MOST_CHARACTERS = 5_000
Fields = Mapping[str, list[str]]


@transaction.atomic
def keep_words(*, operation: Operation, case_id: uuid.UUID, member: Member, fields: Fields) -> bool:
    """Keep what stands in the form as it was typed, in place of what was kept before; whether the case is still in the
    member's hand, which the saving prolongs. Raises Case.DoesNotExist, RuleBroken ``too_much_typed``."""
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > MOST_CHARACTERS:
        raise RuleBroken("too_much_typed", f"填写的内容超过 {MOST_CHARACTERS} 字，没有保存，请删减后再试", "words")
    case = locked_case(case_id, member)
    row = KeptWords.objects.filter(case=case, member=member).first() or KeptWords(case=case, member=member)
    row.data_key = member.data_key
    row.fields, row.saved_at = dict(fields), operation.at
    row.save()
    holder = case.held_by(operation.at)
    if holder != member:
        return False
    case.touched_at = operation.at
    case.save(update_fields=["touched_at"])
    return True


def kept_words(*, case: Case, member: Member) -> KeptWords | None:
    """What is kept of the member's words about a case."""
    return KeptWords.objects.select_related("data_key").filter(case=case, member=member).first()


def forget_words(*, case: Case, member: Member) -> None:
    """They were sent, or are given up."""
    KeptWords.objects.filter(case=case, member=member).delete()


def sweep_words() -> int:
    """Delete what nobody has gone on with for a week; how many were."""
    return KeptWords.objects.filter(saved_at__lt=clock.now() - KEPT_FOR).delete()[0]
