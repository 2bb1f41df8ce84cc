"""``kuaiji parked``: messages to and from the national hub that wait for people."""

import argparse
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.exchange.models import InboxMessage, OutboxMessage
from kuaiji.exchange.services import drop_parked, find_parked, parked_messages, retry_parked

REASON_LENGTH = 120  # with the name it has to fit into the operation


class Command(BaseCommand):
    help = "与全国平台的消息：list 列出停放的，show 查看，retry 重试，drop 放弃"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("list", help="停放的消息，最久的在前；有则退出码为 1")
        show = commands.add_parser("show", help="一条消息的情况，以及排在它后面的")
        retry = commands.add_parser("retry", help="再试一次")
        drop = commands.add_parser("drop", help="放弃这条消息，后面的继续")
        for command in (show, retry, drop):
            command.add_argument("message_id", type=uuid.UUID, help="消息编号")
        for command in (retry, drop):
            command.add_argument("--by", required=True, help="经办人姓名")
        drop.add_argument("--reason", required=True, type=_reason, help=f"原因，最多 {REASON_LENGTH} 个字")

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
        row = find_parked(message_id)
        behind = type(row).objects.open().filter(stream_id=row.stream_id, pk__gt=row.pk).count()
        subject = row.subject_id if isinstance(row, OutboxMessage) else row.stream_id
        self.stdout.write(
            f"消息      {row.message_id}\n方向      {_direction(row)}\n主题      {row.topic}\n对象      {subject}\n"
            f"状态      {_state(row)}\n尝试      {row.attempts} 次\n错误      {row.last_error or '无'}\n"
            f"排在后面  {behind} 条"
        )

    def _retry(self, *, message_id: uuid.UUID, by: str, **options: Any) -> None:
        retry_parked(operation=_operation(by), message_id=message_id)
        self.stdout.write("将立即重试")

    def _drop(self, *, message_id: uuid.UUID, by: str, reason: str, **options: Any) -> None:
        drop_parked(operation=_operation(by, reason), message_id=message_id, reason=f"{reason}（{by}）")
        self.stdout.write("已放弃，排在后面的消息继续")


def _operation(by: str, reason: str = "") -> Operation:
    return Operation(
        kind=OperationKind.PARKED_DECIDING, actor_kind=ActorKind.STAFF, reason=f"{by}：{reason}" if reason else by
    )


def _reason(text: str) -> str:
    if not 0 < len(text.strip()) <= REASON_LENGTH:
        raise argparse.ArgumentTypeError(f"原因须为 1–{REASON_LENGTH} 个字")
    return text.strip()


def _direction(row: OutboxMessage | InboxMessage) -> str:
    return "发出" if isinstance(row, OutboxMessage) else "收到"


def _since(row: OutboxMessage | InboxMessage) -> str:
    return f"{row.parked_at.astimezone(CHINA):%Y-%m-%d %H:%M} 起停放" if row.parked_at else ""


def _state(row: OutboxMessage | InboxMessage) -> str:
    if row.dropped_at:
        return f"已放弃：{row.dropped_reason}"
    if row.done_at:
        return "已办结"
    return _since(row) or "等待中"
