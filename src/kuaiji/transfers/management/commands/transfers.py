"""``kuaiji manage transfers list``: who is released to this platform. The desk sends back whom it does not take."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kuaiji.common.clock import CHINA
from kuaiji.regions.services import full_name
from kuaiji.transfers.models import Release


class Command(BaseCommand):
    help = "调入：list 列出已放行、还没有接收的；退回在管理端“待接收”办理"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("list", help="已放行、还没有接收的，最早的在前")

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = Release.objects.select_related("origin").filter(ended_at=None).order_by("arrived_at")
        for release in waiting:
            self.stdout.write(
                f"{release.pk}  {release.origin.name} → {full_name(release.division_code)}  "
                f"{release.arrived_at.astimezone(CHINA):%Y-%m-%d} 收到{'  退回中' if release.refusal else ''}"
            )
        self.stdout.write(f"共 {len(waiting)} 份")
