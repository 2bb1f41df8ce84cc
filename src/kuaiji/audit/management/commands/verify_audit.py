"""``kuaiji verify-audit``: was a row of the audit tables changed, taken out or slipped in since it was sealed?"""

import sys
import time
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.audit.proving.marks import Mark, keep_mark, read_mark
from kuaiji.audit.proving.verification import TURNS, Difference, Kind, Result, SealingBusy, verify

log = structlog.get_logger(__name__)

SHOWN = 100
WORDS = {
    Kind.CHANGED: "第 {number} 批 {table} 内容被改：共 {expected} 行\n"
    "  batch {number}, {table}: changed, among {expected} rows",
    Kind.MISSING: "第 {number} 批 {table} 缺行：封存时 {expected} 行，现在 {found} 行\n"
    "  batch {number}, {table}: rows are missing, {expected} were sealed, {found} are there",
    Kind.EXTRA: "第 {number} 批 {table} 多行：封存时 {expected} 行，现在 {found} 行\n"
    "  batch {number}, {table}: rows too many, {expected} were sealed, {found} are there",
    Kind.AHEAD: "{table} 有 {found} 行的事务号还没有用到\n"
    "  {table}: {found} rows carry a transaction number that the server has not reached",
    Kind.CHAIN: "第 {number} 批的封条被改，或它前面的封条被删\n"
    "  batch {number}: its seal was changed, or the one before it was taken out",
    Kind.SECOND_PLACE: "异地副本从第 {number} 批起与封条不一致\n"
    "  second place: the copy differs from the seals from batch {number} on",
    Kind.NOT_READ: "第 {number} 批 {table} 没有读完：数据库因超时中止，这部分没有核对（第 0 批为尚未封存）\n"
    "  batch {number}, {table}: not read to the end, the database gave up after its time limit; nothing is known of it"
    " (0: not sealed yet)",
    Kind.NO_WITNESS: "没有见证，或见证已被摘下：见 docs/production.md\n"
    "  no witness, or it was taken off: docs/production.md, Tamper evidence",
    Kind.WITNESS: "第 {number} 批的封条与见证所记不符，或已被删\n"
    "  batch {number}: its seal is not the one that the witness saw, or was taken out",
    Kind.UNLIKE: "第 {number} 批 {table} 封存前被动过：{expected} 行不见或被改，{found} 行来历不明"
    "（第 0 批为尚未封存）\n"
    "  batch {number}, {table}: before the seal {expected} rows went or were changed, {found} came from nowhere"
    " (0: not sealed yet)",
}


class Command(BaseCommand):
    help = "Compare the audit tables with their seals; exit status 1 when something differs"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new",
            action="store_true",
            help=f"what came since the last time, and in its turn a part of the rest: all of it in {TURNS} times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        start = time.monotonic()
        try:
            result = verify(read_mark() if options["new"] else None)
        except SealingBusy:
            raise CommandError("正在封存，请稍后再试。 / Sealing is under way: try again in a minute.") from None
        self._say(result, time.monotonic() - start)
        if result.mark:
            self._keep(result.mark)
        if result.differences:
            sys.exit(1)

    def _keep(self, mark: Mark) -> None:
        """Without a mark the next time takes longer, and finds the same."""
        try:
            keep_mark(mark)
        except OSError as error:
            log.error("audit_mark_not_kept", error=type(error).__name__)

    def _say(self, result: Result, seconds: float) -> None:
        if result.since:
            self.stdout.write(
                f"核对第 {result.since} 批以后的全部，并轮到以前的一部分"
                f" / everything after batch {result.since}, and in its turn a part of what was before"
            )
        for difference in result.differences[:SHOWN]:
            self.stdout.write(_words(difference))
        if (hidden := len(result.differences) - SHOWN) > 0:
            self.stdout.write(f"还有 {hidden} 处 / {hidden} more")
        self.stdout.write(
            f"已核对 {result.batches} 批 {result.rows} 行，用时 {seconds:.1f} 秒"
            f" / {result.batches} batches with {result.rows} rows compared in {seconds:.1f} s"
        )
        if result.waiting:
            since = f"{result.waiting_since:%Y-%m-%d %H:%M:%SZ}"
            self.stdout.write(
                f"尚未封存 {result.waiting} 行，最早 {since} / {result.waiting} rows not sealed yet, since {since}"
            )
        found = len(result.differences)
        self.stdout.write(f"有 {found} 处不一致 / {found} differences" if found else "全部一致 / no difference")


def _words(difference: Difference) -> str:
    return WORDS[difference.kind].format(
        number=difference.number, table=difference.table, expected=difference.expected, found=difference.found
    )
