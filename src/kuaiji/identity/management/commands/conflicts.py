"""``kuaiji conflicts``: people about whom the identity check or the national hub says something else (R1.4)."""

from typing import Any

from django.core.management.base import BaseCommand

from kuaiji.common.clock import CHINA
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check
from kuaiji.identity.partner_checks.rules import remedy_of


class Command(BaseCommand):
    help = "核验不通过的人员，最久的在前；有则退出码为 1"

    def handle(self, *args: Any, **options: Any) -> None:
        found = Check.objects.filter(outcome=CheckOutcome.CONFLICT).select_related("user").order_by("checked_at", "pk")
        for check in found:
            held = check.holder_code and f"  {check.holder_code} {check.holder_name}"
            remedy = remedy_of(CheckKind(check.kind), check.holder_code)
            since = check.checked_at.astimezone(CHINA) if check.checked_at else None
            self.stdout.write(f"{check.user_id}  {check.get_kind_display()}  {since:%Y-%m-%d}{held}  {remedy}")
        self.stdout.write(f"共 {len(found)} 人次")
        if found:
            raise SystemExit(1)
