"""``kuaiji reconcile``: compare our books with the national hub's."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.common import clock
from kuaiji.exchange.partners import clients
from kuaiji.reconciliation.services import Comparison, repair
from kuaiji_wire.errors import HubRefused, HubUnavailable, HubUntrusted

MARGIN = dt.timedelta(seconds=5)  # by which the clocks of our own processes may differ
FAILED = 2  # exit status: nothing is known


class Command(BaseCommand):
    help = "与全国平台核对档案、消息、通知和调转，逐项列出差异和处理办法；有差异则退出码为 1，无法核对为 2"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="全国平台缺少的档案重新上报，其余仍由人工处理")

    def handle(self, *args: Any, **options: Any) -> None:
        found = again = 0
        try:
            comparison = Comparison(clients.hub(), begun=clock.now() - MARGIN)
            for one in comparison.differences():
                found += 1
                mended = options["repair"] and repair(one)
                again += mended
                todo = "已排队重新上报" if mended else one.repair
                line = (one.kind, one.kind.label, str(one.subject), f"本平台：{one.here}", f"全国平台：{one.there}")
                self.stdout.write("\t".join((*line, f"处理：{todo}")))
        except HubUnavailable as away:
            raise CommandError(f"全国平台无法连接（{away.reason}），请稍后再核对", returncode=FAILED) from None
        except (HubUntrusted, HubRefused) as error:
            raise CommandError(f"全国平台的答复不可信（{error}），请核对地址和公钥", returncode=FAILED) from None
        counts = comparison.counts
        self.stdout.write(
            f"已核对档案 {counts['records']} 份、消息 {counts['messages']} 条、"
            f"通知 {counts['feed']} 条、调转 {counts['transfers']} 笔；差异 {found} 项，重新上报 {again} 项"
        )
        if found:
            raise SystemExit(1)
