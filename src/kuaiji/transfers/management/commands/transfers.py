"""``kuaiji manage transfers``: who is released to this platform, and sending back whom it does not take.

Claims are decided at the desk, by members.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import text
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import as_uuid
from kuaiji.common.names import clean_name
from kuaiji.regions.services import full_name
from kuaiji.transfers.models import Release
from kuaiji.transfers.services.sending_back import send_back_release

REASON_LENGTH = 120  # with the name it has to fit into the operation


class Command(BaseCommand):
    help = "调入：list 列出已放行、还没有接收的，return 退回调出地"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("list", help="已放行、还没有接收的，最早的在前")
        back = commands.add_parser("return", help="退回；原因会告诉本人")
        back.add_argument("number", help="调转编号")
        back.add_argument("--by", required=True, help="经办人姓名")
        back.add_argument("--reason", required=True, help=f"原因，最多 {REASON_LENGTH} 个字")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['command']}")(**options)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None

    def _list(self, **options: Any) -> None:
        waiting = Release.objects.select_related("origin").filter(ended_at=None).order_by("arrived_at")
        for release in waiting:
            self.stdout.write(
                f"{release.pk}  {release.origin.name} → {full_name(release.division_code)}  "
                f"{release.arrived_at.astimezone(CHINA):%Y-%m-%d} 收到{'  退回中' if release.refusal else ''}"
            )
        self.stdout.write(f"共 {len(waiting)} 份")

    def _return(self, *, number: str, by: str, reason: str, **options: Any) -> None:
        words = text.clean_line(reason, field="reason", label="原因", limit=REASON_LENGTH)
        transfer_id = as_uuid(number)
        if transfer_id is None:
            raise RuleBroken("unknown_release", "没有这笔待接收的调转，请核对编号")
        name = clean_name(by, field="by")
        operation = Operation(
            kind=OperationKind.TRANSFER_REVIEWING, actor_kind=ActorKind.STAFF, reason=f"{name}：{words}"
        )
        send_back_release(operation=operation, transfer_id=transfer_id, reason=words)
        self.stdout.write("已提交全国平台，由其确认后退回")
