"""``kuaiji identity-checks``: whose identity no other system has confirmed (R1.4, docs/adr/0054).

Three lists: records that were made while the question was open, submissions that wait for its answer, and people whose
type of document the service does not know.
"""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet

from kuaiji.collection.enums import WaitsFor
from kuaiji.collection.models import Submission
from kuaiji.common.clock import CHINA
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check
from kuaiji.regions.services import full_name

RECORD_REMEDY = "请财政部门查验证件；核验一致后自动从本表消失"
WAITING_REMEDY = "等待对方系统答复，自动再问"
NOT_COVERED_REMEDY = "对方系统不核验这类证件，请财政部门查验证件"


class Command(BaseCommand):
    help = "身份尚未核实的人员；已有档案而核验未答复的，退出码为 1"

    def handle(self, *args: Any, **options: Any) -> None:
        records = self._records_with_open_checks()
        self._waiting_submissions()
        self._not_covered()
        if records:
            raise SystemExit(1)

    def _records_with_open_checks(self) -> int:
        self.stdout.write("已有档案，核验未答复")
        rows = _asked(CheckOutcome.PENDING).exclude(user__record=None).order_by("user__record__collected_at", "pk")
        count = 0
        for record in (check.user.record for check in rows.iterator()):
            self._line(record.reference_number, full_name(record.division_code), record.collected_at, RECORD_REMEDY)
            count += 1
        return self._total(count)

    def _waiting_submissions(self) -> None:
        self.stdout.write("已提交，待核验")
        rows = Submission.objects.waiting().filter(waits_for=WaitsFor.IDENTITY).order_by("submitted_at", "pk")
        count = 0
        for user_id, submitted_at in rows.values_list("user_id", "submitted_at").iterator():
            self._line(str(user_id), "", submitted_at, WAITING_REMEDY)
            count += 1
        self._total(count)

    def _not_covered(self) -> None:
        self.stdout.write("证件类型不在核验范围")
        rows = _asked(CheckOutcome.NOT_COVERED).order_by("checked_at", "pk")
        count = 0
        for check in rows.iterator():
            record = getattr(check.user, "record", None)
            name = record.reference_number if record else str(check.user_id)
            place = full_name(record.division_code) if record else ""
            self._line(name, place, check.checked_at, f"证件类型 {check.user.document_type}，{NOT_COVERED_REMEDY}")
            count += 1
        self._total(count)

    def _line(self, who: str, place: str, since: dt.datetime | None, remedy: str) -> None:
        day = f"{since.astimezone(CHINA):%Y-%m-%d}" if since else ""
        self.stdout.write("  ".join(part for part in (who, place, day, remedy) if part))

    def _total(self, count: int) -> int:
        self.stdout.write(f"共 {count} 人")
        return count


def _asked(outcome: CheckOutcome) -> QuerySet[Check]:
    """Identity checks that stand there, with their people and the records of those who have one."""
    return Check.objects.filter(kind=CheckKind.IDENTITY, outcome=outcome).select_related("user__record")
