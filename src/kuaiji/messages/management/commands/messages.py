"""``kuaiji messages``: what people are told, reminders on trial, and the switch of each."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.common.names import clean_name
from kuaiji.common.profile import profile
from kuaiji.messages.catalogue import CATALOGUE
from kuaiji.messages.lengths import longest, segments
from kuaiji.messages.services.choosing import resume_message, stop_message
from kuaiji.messages.services.delivering import waiting
from kuaiji.messages.services.reminding import budget_left, remind_all
from kuaiji.messages.services.telling import is_on


class Command(BaseCommand):
    help = "消息：list 列出；remind 现在找出要提醒的人；stop 停发，resume 恢复"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("list", help="每一种消息：类别、条数、今天还能提醒多少人、是否停发")
        remind = commands.add_parser("remind", help="找出要提醒的人；平时每 10 分钟自动进行，9:00–20:00 发出")
        remind.add_argument("--dry-run", action="store_true", help="只说要提醒多少人，什么也不写、不发")
        for name, words in (("stop", "停发：不再产生，等待发送的也不发"), ("resume", "恢复")):
            switch = commands.add_parser(name, help=words)
            switch.add_argument("event", help="list 显示的名称")
            switch.add_argument("--by", required=True, help="经办人姓名")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['command']}")(**options)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None

    def _list(self, **options: Any) -> None:
        ours = profile()
        for event, entry in CATALOGUE.items():
            parts = segments(longest(ours.sms[event].text, signature=ours.sms_signature))
            state = "" if is_on(event) else "  已停发"
            left = f"  今天还可提醒 {budget_left(event)} 人" if entry.budget is not None else ""
            self.stdout.write(f"{event.value}  {entry.of.label}  {entry.heading}  {parts} 条短信{left}{state}")
        self.stdout.write(f"到时间还没有发出的提醒 {waiting()} 条")

    def _remind(self, *, dry_run: bool, **options: Any) -> None:
        for found in remind_all(dry_run=dry_run):
            words = "要提醒" if dry_run else "已安排提醒"
            more = "，今天的数量用完了" if found.out_of_budget else ""
            self.stdout.write(f"{found.round}  {words} {found.reminded} 人{more}")
        if dry_run:
            self.stdout.write("试运行：没有写入，也没有发送")

    def _stop(self, *, event: str, by: str, **options: Any) -> None:
        name = _name(by)
        done = stop_message(operation=_operation(name), event=event, by=name)
        self.stdout.write("已停发" if done else "早已停发")

    def _resume(self, *, event: str, by: str, **options: Any) -> None:
        done = resume_message(operation=_operation(_name(by)), event=event)
        self.stdout.write("已恢复" if done else "没有停发，不用恢复")


def _name(by: str) -> str:
    if not by.strip():
        raise RuleBroken("required", "请用 --by 写明经办人姓名")
    return clean_name(by, field="by")


def _operation(name: str) -> Operation:
    return Operation(kind=OperationKind.MESSAGES_STOPPING, actor_kind=ActorKind.STAFF, reason=name)
