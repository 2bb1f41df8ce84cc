"""``kuaiji hub stuck``: what waits longer than it should."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand

from kuaiji.common import clock
from kuaiji_hub.services import expiry, feed

PATIENCE = dt.timedelta(days=1)  # how long a platform may leave its feed alone


class Command(BaseCommand):
    """Feeds that nobody collects, and transfers past their time. Exit status 1 when there is one."""

    help = "Feeds not collected for a day, and transfers past their deadline (is expire running?)."

    def handle(self, *args: Any, **options: Any) -> None:
        feeds = [one for one in feed.uncollected() if clock.now() - one[2] > PATIENCE]
        for platform, waiting, since in feeds:
            self.stdout.write(
                f"feed\t{platform.code}\t{platform.name}\t{waiting} waiting\tsince {since:%Y-%m-%d %H:%M}"
            )
        transfers = list(expiry.overdue().order_by("deadline_at"))
        for transfer in transfers:
            ends = f"{transfer.origin_id}>{transfer.destination_id}"
            self.stdout.write(f"transfer\t{transfer.id}\t{ends}\t{transfer.state}\tdue {transfer.deadline_at:%Y-%m-%d}")
        if feeds or transfers:
            raise SystemExit(1)
