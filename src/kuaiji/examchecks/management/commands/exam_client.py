"""``kuaiji exam-client``: which exam systems may ask, and by which keys."""

import argparse
import datetime as dt
import getpass
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.examchecks.enums import KeyAlgorithm, Outcome
from kuaiji.examchecks.models import ExamClientKey
from kuaiji.examchecks.services.clients import Allowed, NewKey, add_client, revoke_key, rotate_key, use_of_keys
from kuaiji.exams.enums import ExamLevel

LONGEST_USE = 60  # days
SUITES = {"aes": KeyAlgorithm.HMAC_SHA256, "sm": KeyAlgorithm.HMAC_SM3}
RATE = 10_000  # more than two processors answer: who shall have less is told so


class Command(BaseCommand):
    help = "考试报名系统：add 登记，list 列出，rotate 换密钥，revoke 停用密钥，show-use 使用情况"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        add = commands.add_parser("add", help="登记一个系统，并发给第一个密钥；密钥只显示这一次")
        add.add_argument("name", help="系统名称，会显示给考生")
        add.add_argument("--levels", type=_levels, default=tuple(ExamLevel), help="可以核验的级别，默认 1,2,3")
        add.add_argument("--addresses", type=_words, default=(), help="只从这些地址或网段访问，用逗号隔开；默认不限")
        add.add_argument("--rate", type=int, default=RATE, help=f"每秒人次，默认 {RATE}；批量每10人计1次")
        add.add_argument("--not-before", type=_moment, help="密钥从何时起有效，北京时间，2027-01-05T08:00")
        add.add_argument("--not-after", type=_moment, help="密钥到何时为止；默认直到停用")
        rotate = commands.add_parser("rotate", help="给同一系统另发一个密钥；原密钥再用几天后失效")
        rotate.add_argument("keyid", help="list 显示的密钥编号")
        rotate.add_argument("--overlap-hours", type=int, default=168, help="原密钥还有效多少小时，默认 168")
        revoke = commands.add_parser("revoke", help="停用密钥，一秒内所有进程生效")
        revoke.add_argument("keyid", help="list 显示的密钥编号")
        for command in (add, rotate):
            command.add_argument("--suite", choices=SUITES, help="aes 用 HMAC-SHA256，sm 用 HMAC-SM3；默认 aes")
        listing = commands.add_parser("list", help="登记的系统和密钥，从不显示密钥本身；一个也没有时退出码为 1")
        use = commands.add_parser("show-use", help="每个密钥核验了多少人次、结果和最近一次；只有数字")
        use.add_argument("--days", type=int, default=7, help="最近多少天，默认 7")
        for command in (add, rotate, listing, use):
            command.add_argument("--json", action="store_true", dest="as_json", help="按 JSON 输出")
        for command in (add, rotate, revoke):
            command.add_argument("--by", default="", help="经办人姓名，默认为运行命令的系统用户")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['command'].replace('-', '_')}")(**options)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None

    def _add(self, *, name: str, levels: tuple[ExamLevel, ...], addresses: tuple[str, ...], **options: Any) -> None:
        made = add_client(
            operation=_operation(options["by"]),
            name=name,
            allowed=Allowed(levels=levels, addresses=addresses, rate=options["rate"]),
            algorithm=SUITES[options["suite"] or "aes"],
            not_before=options["not_before"],
            not_after=options["not_after"],
        )
        self._say(made, as_json=options["as_json"])

    def _rotate(self, *, keyid: str, overlap_hours: int, suite: str | None, **options: Any) -> None:
        if overlap_hours < 0:
            raise CommandError(f"--overlap-hours 不能小于 0，现为 {overlap_hours}")
        made = rotate_key(
            operation=_operation(options["by"]),
            keyid=keyid,
            algorithm=SUITES[suite] if suite else None,
            overlap=dt.timedelta(hours=overlap_hours),
        )
        self._say(made, as_json=options["as_json"])

    def _revoke(self, *, keyid: str, by: str, **options: Any) -> None:
        self.stdout.write(_line(revoke_key(operation=_operation(by), keyid=keyid)))

    def _list(self, *, as_json: bool, **options: Any) -> None:
        keys = ExamClientKey.objects.select_related("client").order_by("client__name", "created_at")
        if as_json:
            self.stdout.write(json.dumps([_plain(key) for key in keys], ensure_ascii=False, indent=1))
        else:
            for key in keys:
                self.stdout.write(_line(key))
            self.stdout.write(f"共 {len(keys)} 个密钥")
        if not keys:
            raise SystemExit(1)

    def _show_use(self, *, days: int, as_json: bool, **options: Any) -> None:
        if not 1 <= days <= LONGEST_USE:
            raise CommandError(f"--days 应为 1 至 {LONGEST_USE}，现为 {days}")
        rows = use_of_keys(since=clock.now() - dt.timedelta(days=days))
        if as_json:
            self.stdout.write(json.dumps([row._asdict() for row in rows], default=str, ensure_ascii=False, indent=1))
            return
        for row in rows:
            told = "  ".join(f"{Outcome(outcome).label}{number}" for outcome, number in row.outcomes.items())
            self.stdout.write(f"{row.keyid}  {row.name}  {told}  最近{row.last_at.astimezone(CHINA):%Y-%m-%d %H:%M}")
        self.stdout.write(f"最近{days}天共 {sum(sum(row.outcomes.values()) for row in rows)} 人次")

    def _say(self, made: NewKey, *, as_json: bool) -> None:
        said = {"keyid": made.keyid, "alg": made.algorithm, "secret": made.secret}
        if as_json:
            self.stdout.write(json.dumps(said))
            return
        for name, value in said.items():
            self.stdout.write(f"{name}  {value}")
        self.stdout.write("密钥只显示这一次，请用安全的方式交给对方")


def _operation(by: str) -> Operation:
    reason = by or getpass.getuser()
    return Operation(kind=OperationKind.EXAM_CLIENT_CHANGING, actor_kind=ActorKind.STAFF, reason=reason)


def _state(key: ExamClientKey) -> str:
    now = clock.now()
    if key.revoked_at:
        return "revoked"
    if key.not_after and key.not_after <= now:
        return "over"
    return "waiting" if key.not_before > now else "valid"


STATES = {"revoked": "已停用", "over": "已过期", "waiting": "未生效", "valid": "有效"}


def _plain(key: ExamClientKey) -> dict[str, Any]:
    client = key.client
    return {
        "keyid": key.keyid,
        "alg": key.algorithm,
        "name": client.name,
        "levels": [str(level) for level in client.levels],
        "addresses": client.addresses,
        "rate": client.rate,
        "not_before": key.not_before.isoformat(),
        "not_after": key.not_after.isoformat() if key.not_after else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "state": _state(key),
    }


def _line(key: ExamClientKey) -> str:
    client = key.client
    until = f"至{key.not_after.astimezone(CHINA):%Y-%m-%d %H:%M}" if key.not_after else "至停用"
    return "  ".join(
        [
            key.keyid,
            key.algorithm,
            client.name,
            "、".join(ExamLevel(level).label for level in client.levels),
            "、".join(client.addresses) or "不限地址",
            f"每秒{client.rate}",
            f"{key.not_before.astimezone(CHINA):%Y-%m-%d %H:%M}{until}",
            STATES[_state(key)],
        ]
    )


def _levels(text: str) -> tuple[ExamLevel, ...]:
    try:
        return tuple(sorted({ExamLevel(int(part)) for part in text.split(",")}))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是级别，请填写 1、2、3，多个用逗号隔开") from None


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _moment(text: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(f"{text}+0800", "%Y-%m-%dT%H:%M%z")
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是时间，请按 2027-01-05T08:00 的样子填写") from None
