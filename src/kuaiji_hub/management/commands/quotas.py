"""``kuaiji hub quotas``: what each platform may do on a day, and what it did today."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.common import clock
from kuaiji_hub.models import DayCount, Platform
from kuaiji_hub.rules import Quota
from kuaiji_hub.services import counts


class Command(BaseCommand):
    """List them, or write down what a platform announced."""

    help = "What each platform may do on a day, and what it did today."

    def add_arguments(self, parser: CommandParser) -> None:
        """``list``, ``announce CODE KIND MOST --until DAY --reason TEXT``."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="code, name, kind, used today, most of a day")
        announce = verbs.add_parser("announce", help="more a day until a day, as agreed with the platform's office")
        announce.add_argument("code")
        announce.add_argument("kind", choices=list(map(str, Quota)))
        announce.add_argument("most", type=int)
        announce.add_argument("--until", type=dt.date.fromisoformat, required=True, help="the last day, 2027-01-31")
        announce.add_argument("--reason", required=True, help="why, and who agreed")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "list":
            self._list()
            return
        try:
            counts.announce(
                options["code"],
                Quota(options["kind"]),
                options["most"],
                until=options["until"],
                reason=options["reason"],
            )
        except counts.Impossible as error:
            raise CommandError(str(error)) from None

    def _list(self) -> None:
        today = clock.today()
        rows = {(row.platform_id, row.kind): row for row in DayCount.objects.filter(day=today, most__isnull=False)}
        for platform in Platform.objects.all():
            for quota in Quota:
                row = rows.get((platform.code, quota.value))
                most = max(row.most or 0 if row else 0, counts.most_of(platform.code, quota, today))
                used = row.count if row else 0
                self.stdout.write(f"{platform.code}\t{platform.name}\t{quota.value}\t{used}\t{most}")
