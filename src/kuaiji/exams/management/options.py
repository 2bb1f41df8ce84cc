"""What the commands for windows and rules share: rows that are listed, added by a notice, and ended."""

import argparse
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken

SOURCE_LENGTH = 200


class Row(Protocol):
    """A row of such a list, as far as the frame asks it."""

    ended_at: Any


class ListCommand(BaseCommand):
    """``list``, ``add`` and ``end`` of rows that a notice brings. A command says its options and what it does.

    ``kind`` is what adding and ending are; ``listed`` is what ``list`` prints, ``beyond`` what ``--all``
    prints besides.
    """

    kind: ClassVar[OperationKind]
    listed: ClassVar[str]
    beyond: ClassVar[str]

    def add_options(self, add: CommandParser) -> None:
        """The options of ``add`` that say the row."""
        raise NotImplementedError

    def rows(self, *, everything: bool) -> Sequence[Any]:
        """What ``list`` prints."""
        raise NotImplementedError

    def added(self, operation: Operation, options: dict[str, Any]) -> Sequence[Any]:
        """Add what the ``options`` say. Raises RuleBroken."""
        raise NotImplementedError

    def ended(self, operation: Operation, row_id: uuid.UUID) -> Any:
        """End one row. Raises RuleBroken."""
        raise NotImplementedError

    def parts(self, row: Any) -> list[str]:
        """The line of a row, part by part."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        listing = commands.add_parser("list", help=f"{self.listed}；一条也没有时退出码为 1")
        listing.add_argument("--all", action="store_true", dest="everything", help=self.beyond)
        add = commands.add_parser("add", help="按公告登记")
        self.add_options(add)
        add.add_argument("--source", required=True, type=_source, help="公告的文号或名称")
        end = commands.add_parser("end", help="停用一条，例如公告有变，停用后另行登记")
        end.add_argument("row_id", type=uuid.UUID, help="list 显示的编号")
        for command in (add, end):
            command.add_argument("--by", required=True, help="经办人姓名")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['command']}")(options)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None

    def _list(self, options: dict[str, Any]) -> None:
        rows = self.rows(everything=options["everything"])
        self._print(rows)
        self.stdout.write(f"共 {len(rows)} 条")
        if not rows:
            raise SystemExit(1)

    def _add(self, options: dict[str, Any]) -> None:
        self._print(self.added(self._operation(options), options))

    def _end(self, options: dict[str, Any]) -> None:
        self._print([self.ended(self._operation(options), options["row_id"])])

    def _operation(self, options: dict[str, Any]) -> Operation:
        return Operation(kind=self.kind, actor_kind=ActorKind.STAFF, reason=options["by"])

    def _print(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self.stdout.write("  ".join([*self.parts(row), *(["已停用"] if row.ended_at else [])]))


def _source(text: str) -> str:
    if not 0 < len(text.strip()) <= SOURCE_LENGTH:
        raise argparse.ArgumentTypeError(f"公告须为 1–{SOURCE_LENGTH} 个字，现在是 {len(text.strip())} 个")
    return text.strip()
