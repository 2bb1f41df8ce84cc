"""``kuaiji exam-rules``: who may register for the exam."""

import argparse
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser

from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import Operation
from kuaiji.exams.enums import CountedFrom, ExamLevel, OtherGround
from kuaiji.exams.judging.rules import Rule, codes_in
from kuaiji.exams.management.options import ListCommand
from kuaiji.exams.models import ExamRule
from kuaiji.exams.services.exam_rules import add_exam_rule, end_exam_rule


class Command(ListCommand):
    help = "考试报名条件：list 列出，add 登记，end 停用"
    kind = OperationKind.EXAM_RULE_CHANGING
    listed = "有效的"
    beyond = "连同已经停用的"

    def add_options(self, add: CommandParser) -> None:
        add.add_argument("--level", required=True, type=_level, help="级别，1 初级 2 中级 3 高级")
        add.add_argument("--way", required=True, help="途径的字母，a–z，同一级别不重复")
        add.add_argument("--name", required=True, help="名称，如 本科学历；说明差多少年时用")
        add.add_argument("--schooling", default=(), type=codes_in, help="学历代码（GB/T 4658），用分号隔开，有一个即可")
        add.add_argument(
            "--degrees", default=(), type=codes_in, help="学位代码（GB/T 6864），用分号隔开，2、3、4 代表整类"
        )
        add.add_argument("--other", type=OtherGround, choices=list(OtherGround), help="其他条件")
        add.add_argument("--years", required=True, type=int, help="须满几年会计工作")
        add.add_argument(
            "--counted-from",
            required=True,
            type=CountedFrom,
            choices=list(CountedFrom),
            help="all 全部计算（初级、中级），title 自取得职称起算（高级）",
        )
        add.add_argument("--valid-from", required=True, type=int, help="自哪一年度的考试起适用")
        add.add_argument("--valid-to", type=int, help="到哪一年度为止；一直适用的不填")
        add.add_argument("--profile", default="", help="只适用于哪个平台，如 guangdong；都适用的不填")

    def rows(self, *, everything: bool) -> Sequence[ExamRule]:
        return list(ExamRule.objects.all() if everything else ExamRule.objects.filter(ended_at=None))

    def added(self, operation: Operation, options: dict[str, Any]) -> Sequence[ExamRule]:
        rule = Rule(**{name: options[name] for name in Rule.__slots__})
        return [add_exam_rule(operation=operation, rule=rule, source=options["source"])]

    def ended(self, operation: Operation, row_id: uuid.UUID) -> ExamRule:
        return end_exam_rule(operation=operation, rule_id=row_id)

    def parts(self, row: ExamRule) -> list[str]:
        grounds = [
            f"学历{'、'.join(row.schooling)}" if row.schooling else "",
            f"学位{'、'.join(row.degrees)}" if row.degrees else "",
            OtherGround(row.other).label if row.other else "",
        ]
        return [
            str(row.pk),
            f"{ExamLevel(row.level).label}{row.way}",
            row.name,
            "或".join(filter(None, grounds)),
            f"满{row.years}年" if row.counted_from == CountedFrom.ALL else f"取得职称后满{row.years}年",
            f"{row.valid_from}年起" if row.valid_to is None else f"{row.valid_from}–{row.valid_to}年",
            row.profile or "各平台",
            row.source,
        ]


def _level(text: str) -> ExamLevel:
    try:
        return ExamLevel(int(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是级别，请填写 1、2、3") from None
