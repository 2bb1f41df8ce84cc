"""``kuaiji exam-windows``: when people register for the exam, and until when information counts for it."""

import argparse
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser

from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.dates import format_date
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.management.options import ListCommand
from kuaiji.exams.models import ExamWindow
from kuaiji.exams.rules import COUNTRY, Window
from kuaiji.exams.services.windows import add_exam_window, end_exam_window
from kuaiji.regions.services import full_name


class Command(ListCommand):
    help = "考试报名时间：list 列出，add 登记，end 停用"
    kind = OperationKind.EXAM_WINDOW_CHANGING
    listed = "报名没有结束的"
    beyond = "连同已经结束和停用的"

    def add_options(self, add: CommandParser) -> None:
        add.add_argument("--year", required=True, type=int, help="考试年度")
        add.add_argument(
            "--level", required=True, type=_levels, help="级别，1 初级 2 中级 3 高级；同时报名的写在一起：1,3"
        )
        add.add_argument("--place", default=COUNTRY, help="适用地区的6位行政区划代码；全国适用的不填")
        add.add_argument("--from", required=True, type=_day, dest="registration_from", help="报名第一天，2027-01-05")
        add.add_argument("--to", required=True, type=_day, dest="registration_to", help="报名最后一天")
        add.add_argument("--collect-by", required=True, type=_moment, help="信息采集截止，北京时间，2027-01-23T12:00")

    def rows(self, *, everything: bool) -> Sequence[ExamWindow]:
        rows = ExamWindow.objects.all()
        return list(rows if everything else rows.filter(ended_at=None, registration_to__gte=clock.today()))

    def added(self, operation: Operation, options: dict[str, Any]) -> Sequence[ExamWindow]:
        names = ("year", "place", "registration_from", "registration_to", "collect_by", "source")
        window = Window(levels=options["level"], **{name: options[name] for name in names})
        return add_exam_window(operation=operation, window=window)

    def ended(self, operation: Operation, row_id: uuid.UUID) -> ExamWindow:
        return end_exam_window(operation=operation, window_id=row_id)

    def parts(self, row: ExamWindow) -> list[str]:
        return [
            str(row.pk),
            f"{row.year}年{ExamLevel(row.level).label}",
            full_name(row.place) if row.place else "全国",
            f"报名{format_date(row.registration_from)}至{format_date(row.registration_to)}",
            f"采集截止{row.collect_by.astimezone(CHINA):%Y-%m-%d %H:%M}",
            row.source,
        ]


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
