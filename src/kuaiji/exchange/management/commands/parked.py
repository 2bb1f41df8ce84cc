"""``kuaiji parked``: messages to and from the national hub that wait for people. They are decided at the desk."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.parking import Stuck
from kuaiji.exchange.services import find_message, parked_messages, waiting_behind


class Command(BaseCommand):
    help = "与全国平台的消息：list 列出停放的，show 查看；重试和放弃在管理端“卡住的消息”办理"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("list", help="停放的消息，最久的在前；有则退出码为 1")
        show = commands.add_parser("show", help="一条消息的情况，以及排在它后面的")
        show.add_argument("message_id", type=uuid.UUID, help="消息编号")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['command']}")(**options)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None

    def _list(self, **options: Any) -> None:
        rows = parked_messages()
        for row in rows:
            self.stdout.write(f"{row.message_id}  {_direction(row)}  {row.topic}  {_since(row)}  {row.last_error}")
        self.stdout.write(f"共 {len(rows)} 条")
        if rows:
            raise SystemExit(1)

    def _show(self, *, message_id: uuid.UUID, **options: Any) -> None:
        row = find_message(message_id)
        subject = row.subject_id if isinstance(row, OutboxMessage) else row.stream_id
        self.stdout.write(
            f"消息      {row.message_id}\n方向      {_direction(row)}\n主题      {row.topic}\n对象      {subject}\n"
            f"状态      {_state(row)}\n尝试      {row.attempts} 次\n错误      {row.last_error or '无'}\n"
            f"排在后面  {waiting_behind(row)} 条"
        )


def _direction(row: Stuck) -> str:
    return "发出" if isinstance(row, OutboxMessage) else "收到"


def _since(row: Stuck) -> str:
    return f"{row.parked_at.astimezone(CHINA):%Y-%m-%d %H:%M} 起停放" if row.parked_at else ""


def _state(row: Stuck) -> str:
    if row.dropped_at:
        return f"已放弃：{row.dropped_reason}"
    if row.done_at:
        return "已办结"
    return _since(row) or "等待中"
