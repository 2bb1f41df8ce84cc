"""What a change needs besides the record: another system's word on a new name (R4.2)."""

import dataclasses
import datetime as dt
import uuid

from django.db import transaction

from kuaiji.accountants.models import Record
from kuaiji.accountants.services.changing import Changed, change_name
from kuaiji.accountants.services.locking import refusal
from kuaiji.audit.models import AccessLog
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import lowest_uuid7
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.partner_checks.services import ask_partner, replace_finding

MISMATCH = "identity_mismatch"
MISMATCHES_PER_DAY = 10


def rename_person(*, operation: Operation, record: Record, name: str, proof_id: uuid.UUID, reason: str) -> Changed:
    """Ask whether ``name`` and the document number belong together, then save it.

    Without an answer it is saved all the same and asked again later, as at registration. Call it outside transactions.
    Raises RuleBroken ``identity_mismatch``, ``limit_mismatches``, and what ``change_name`` raises.
    """
    user = record.user
    if refused := refusal(record):
        raise refused
    if _mismatches_today(user.pk) >= MISMATCHES_PER_DAY:
        raise RuleBroken("limit_mismatches", f"今天已核验不一致 {MISMATCHES_PER_DAY} 次，请明天再试", "name")
    finding = ask_partner(CheckKind.IDENTITY, dataclasses.replace(user.person, name=name))
    if finding.outcome == CheckOutcome.CONFLICT:
        raise RuleBroken(MISMATCH, "姓名与证件号码核验不一致，请核对；确认无误请联系财政部门", "name")
    with transaction.atomic():
        changed = change_name(operation=operation, record_id=record.pk, name=name, proof_id=proof_id, reason=reason)
        if changed.version:
            replace_finding(operation=operation, user=user, finding=finding)
    return changed


def _mismatches_today(user_id: uuid.UUID) -> int:
    """Every refusal is in the access log: nobody tries name after name on the other system."""
    midnight = dt.datetime.combine(clock.today(), dt.time(), clock.CHINA)
    refused = AccessLog.objects.filter(subject_id=user_id, outcome=MISMATCH, id__gte=lowest_uuid7(midnight))
    return refused.count()
