"""``kuaiji verify-audit``: was a row of the audit tables changed, taken out or slipped in since it was sealed?"""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kuaiji.audit.proving.verification import Difference, Kind, Result, SealingBusy, verify

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
    Kind.SECOND_PLACE: "异地副本从第 {number} 批起不一致：应有 {expected} 条封条，副本有 {found} 条\n"
    "  second place: differs from batch {number} on, {expected} seals in the table, {found} in the copy",
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

    def handle(self, *args: Any, **options: Any) -> None:
        start = time.monotonic()
        try:
            result = verify()
        except SealingBusy:
            raise CommandError("正在封存，请稍后再试。 / Sealing is under way: try again in a minute.") from None
        self._say(result, time.monotonic() - start)
        if result.differences:
            sys.exit(1)

    def _say(self, result: Result, seconds: float) -> None:
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
