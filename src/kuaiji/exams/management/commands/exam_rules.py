"""``kuaiji exam-rules``: who may register for the exam."""

import argparse
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.exams.enums import CountedFrom, ExamLevel, OtherGround
from kuaiji.exams.judging.rules import Rule, codes_in
from kuaiji.exams.management.options import add_notice, add_operator, operation_of
from kuaiji.exams.models import ExamRule
from kuaiji.exams.services.exam_rules import add_exam_rule, end_exam_rule


class Command(BaseCommand):
    help = "考试报名条件：list 列出，add 登记，end 停用"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        listing = commands.add_parser("list", help="有效的；一条也没有时退出码为 1")
        listing.add_argument("--all", action="store_true", dest="everything", help="连同已经停用的")
        add = commands.add_parser("add", help="按公告登记一条途径")
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
        add_notice(add)
        end = commands.add_parser("end", help="停用一条，例如条件有变，停用后另行登记")
        end.add_argument("rule_id", type=uuid.UUID, help="list 显示的编号")
        for command in (add, end):
            add_operator(command)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['command']}")(**options)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None

    def _list(self, *, everything: bool, **options: Any) -> None:
        rows = ExamRule.objects.all() if everything else ExamRule.objects.filter(ended_at=None)
        for row in rows:
            self.stdout.write(_line(row))
        self.stdout.write(f"共 {len(rows)} 条")
        if not rows:
            raise SystemExit(1)

    def _add(self, *, source: str, by: str, **options: Any) -> None:
        rule = Rule(**{name: options[name] for name in Rule.__slots__})
        operation = operation_of(OperationKind.EXAM_RULE_CHANGING, by)
        self.stdout.write(_line(add_exam_rule(operation=operation, rule=rule, source=source)))

    def _end(self, *, rule_id: uuid.UUID, by: str, **options: Any) -> None:
        operation = operation_of(OperationKind.EXAM_RULE_CHANGING, by)
        self.stdout.write(_line(end_exam_rule(operation=operation, rule_id=rule_id)))


def _line(row: ExamRule) -> str:
    grounds = [
        f"学历{'、'.join(row.schooling)}" if row.schooling else "",
        f"学位{'、'.join(row.degrees)}" if row.degrees else "",
        OtherGround(row.other).label if row.other else "",
    ]
    parts = [
        str(row.pk),
        f"{ExamLevel(row.level).label}{row.way}",
        row.name,
        "或".join(filter(None, grounds)),
        f"满{row.years}年" if row.counted_from == CountedFrom.ALL else f"取得职称后满{row.years}年",
        f"{row.valid_from}年起" if row.valid_to is None else f"{row.valid_from}–{row.valid_to}年",
        row.profile or "各平台",
        row.source,
    ]
    return "  ".join([*parts, "已停用"] if row.ended_at else parts)


def _level(text: str) -> ExamLevel:
    try:
        return ExamLevel(int(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是级别，请填写 1、2、3") from None
