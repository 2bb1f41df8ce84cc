"""``kuaiji hub attempts``: what was refused to whom, day by day."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kuaiji.common import clock
from kuaiji_hub.models import DayCount
from kuaiji_hub.rules import Quota
from kuaiji_wire.errors import BadDocument, OverQuota

ALARMS = (BadDocument.code, OverQuota.code)  # what an honest platform does not do


class Command(BaseCommand):
    """Refusals of the last days by platform and code."""

    help = "Refused attempts by day, platform and code. Exit status 1 when a quota or a rule of documents was broken."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--days``: today and so many before it."""
        parser.add_argument("--days", type=int, default=7, help="so many days, today among them (7)")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        since = clock.today() - dt.timedelta(days=days - 1)
        rows = DayCount.objects.filter(day__gte=since).exclude(kind__in=list(Quota)).select_related("platform")
        found = list(rows.order_by("-day", "platform", "kind"))
        for row in found:
            self.stdout.write(f"{row.day}\t{row.platform_id}\t{row.platform.name}\t{row.kind}\t{row.count}")
        if any(row.kind in ALARMS for row in found):
            raise SystemExit(1)
