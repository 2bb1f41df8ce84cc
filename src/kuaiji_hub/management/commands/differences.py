"""``kuaiji hub differences``: where a platform's book says otherwise than the hub's."""

from typing import Any

from django.core.management.base import BaseCommand

from kuaiji_hub.models import Difference


class Command(BaseCommand):
    """Records that a platform reported or released and the hub refused, until the platform is told ok."""

    help = "Records about which a platform and the hub disagree. Exit status 1 when there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(Difference.objects.select_related("platform").order_by("since"))
        for one in found:
            place = f"{one.platform_id}\t{one.platform.name}\t{one.record_id}"
            self.stdout.write(f"{place}\t{one.code}\tsince {one.since:%Y-%m-%d %H:%M}\tmessage {one.message_id}")
        if found:
            raise SystemExit(1)
