"""``kuaiji switch``: stop registration, transfers, the exchange or all writing for a while (R9.5)."""

import datetime as dt
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.common.names import clean_name
from kuaiji.switches.enums import SwitchName
from kuaiji.switches.models import SwitchPeriod
from kuaiji.switches.services.turning import Hand, agree, turn_off, turn_on


class Command(BaseCommand):
    help = "运行开关：list 列出；on 打开，到时自动关闭；agree 第二人同意（只能查看须两人）；off 提前关闭"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("list", help="现在打开的，有则退出码为 1")
        on = commands.add_parser("on", help="打开")
        on.add_argument("switch", choices=SwitchName.values)
        on.add_argument("--reason", required=True, help="原因，人们会看到")
        on.add_argument("--hours", required=True, type=float, help="几小时后自动关闭")
        for command, words in (("agree", "第二人同意"), ("off", "提前关闭")):
            commands.add_parser(command, help=words).add_argument("period", type=uuid.UUID, help="list 显示的编号")
        for name in ("on", "agree", "off"):
            commands.choices[name].add_argument("--by", required=True, help="经办人姓名")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['command']}")(**options)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None
        except SwitchPeriod.DoesNotExist:
            raise CommandError(f"没有编号为 {options['period']} 的开关，请用 list 查看") from None

    def _list(self, **options: Any) -> None:
        found = SwitchPeriod.objects.open(clock.now())
        for period in found:
            state = "" if period.in_force_at else "  待第二人同意"
            self.stdout.write(f"{period.pk}  {period.switch}  {period.words}  {period.begun_name}{state}")
        if found:
            raise SystemExit(1)
        self.stdout.write("没有打开的开关")

    def _on(self, *, switch: str, reason: str, hours: float, by: str, **options: Any) -> None:
        hand = _hand(by)
        operation = _operation(hand)
        period = turn_on(
            operation=operation,
            switch=SwitchName(switch),
            reason=reason,
            ends_at=operation.at + dt.timedelta(hours=hours),
            by=hand,
        )
        until = period.ends_at.astimezone(CHINA)
        state = "已打开" if period.in_force_at else "待第二人用 agree 同意"
        self.stdout.write(f"{period.pk}  {state}，{until:%Y-%m-%d %H:%M} 自动关闭")

    def _agree(self, *, period: uuid.UUID, by: str, **options: Any) -> None:
        hand = _hand(by)
        agree(operation=_operation(hand), period_id=period, by=hand)
        self.stdout.write("已打开")

    def _off(self, *, period: uuid.UUID, by: str, **options: Any) -> None:
        hand = _hand(by)
        done = turn_off(operation=_operation(hand), period_id=period, by=hand)
        self.stdout.write("已关闭" if done else "早已关闭")


def _hand(by: str) -> Hand:
    if not by.strip():
        raise RuleBroken("required", "请用 --by 写明经办人姓名")
    return Hand(clean_name(by, field="by"))


def _operation(hand: Hand) -> Operation:
    return Operation(kind=OperationKind.SWITCHING, actor_kind=ActorKind.STAFF, reason=hand.name)
