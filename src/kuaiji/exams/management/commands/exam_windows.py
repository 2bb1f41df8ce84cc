"""``kuaiji exam-windows``: when people register for the exam, and until when information counts for it."""

import argparse
import datetime as dt
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.dates import format_date
from kuaiji.common.errors import RuleBroken
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.management.options import add_notice, add_operator, operation_of
from kuaiji.exams.models import ExamWindow
from kuaiji.exams.rules import COUNTRY, Window
from kuaiji.exams.services.windows import add_exam_window, end_exam_window
from kuaiji.regions.services import full_name


class Command(BaseCommand):
    help = "考试报名时间：list 列出，add 登记，end 停用"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        listing = commands.add_parser("list", help="报名没有结束的；一条也没有时退出码为 1")
        listing.add_argument("--all", action="store_true", dest="everything", help="连同已经结束和停用的")
        add = commands.add_parser("add", help="按公告登记一次报名")
        add.add_argument("--year", required=True, type=int, help="考试年度")
        add.add_argument(
            "--level", required=True, type=_levels, help="级别，1 初级 2 中级 3 高级；同时报名的写在一起：1,3"
        )
        add.add_argument("--place", default=COUNTRY, help="适用地区的6位行政区划代码；全国适用的不填")
        add.add_argument("--from", required=True, type=_day, dest="registration_from", help="报名第一天，2027-01-05")
        add.add_argument("--to", required=True, type=_day, dest="registration_to", help="报名最后一天")
        add.add_argument("--collect-by", required=True, type=_moment, help="信息采集截止，北京时间，2027-01-23T12:00")
        add_notice(add)
        end = commands.add_parser("end", help="停用一条，例如报名时间有变，停用后另行登记")
        end.add_argument("window_id", type=uuid.UUID, help="list 显示的编号")
        for command in (add, end):
            add_operator(command)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['command']}")(**options)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None

    def _list(self, *, everything: bool, **options: Any) -> None:
        rows = ExamWindow.objects.all()
        if not everything:
            rows = rows.filter(ended_at=None, registration_to__gte=clock.today())
        for row in rows:
            self.stdout.write(_line(row))
        self.stdout.write(f"共 {len(rows)} 条")
        if not rows:
            raise SystemExit(1)

    def _add(self, *, year: int, level: tuple[ExamLevel, ...], by: str, **options: Any) -> None:
        names = ("place", "registration_from", "registration_to", "collect_by", "source")
        window = Window(year=year, levels=level, **{name: options[name] for name in names})
        for row in add_exam_window(operation=_operation(by), window=window):
            self.stdout.write(_line(row))

    def _end(self, *, window_id: uuid.UUID, by: str, **options: Any) -> None:
        self.stdout.write(_line(end_exam_window(operation=_operation(by), window_id=window_id)))


def _operation(by: str) -> Operation:
    return operation_of(OperationKind.EXAM_WINDOW_CHANGING, by)


def _line(row: ExamWindow) -> str:
    parts = [
        str(row.pk),
        f"{row.year}年{ExamLevel(row.level).label}",
        full_name(row.place) if row.place else "全国",
        f"报名{format_date(row.registration_from)}至{format_date(row.registration_to)}",
        f"采集截止{row.collect_by.astimezone(CHINA):%Y-%m-%d %H:%M}",
        row.source,
    ]
    return "  ".join([*parts, "已停用"] if row.ended_at else parts)


def _levels(text: str) -> tuple[ExamLevel, ...]:
    try:
        return tuple(sorted({ExamLevel(int(part)) for part in text.split(",")}))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是级别，请填写 1、2、3，多个用逗号隔开") from None


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请按 2027-01-05 的样子填写") from None


def _moment(text: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(f"{text}+0800", "%Y-%m-%dT%H:%M%z")
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是时间，请按 2027-01-23T12:00 的样子填写") from None
