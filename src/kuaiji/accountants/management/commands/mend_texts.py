"""``kuaiji mend-texts``: what was written by older rules of texts, in the form of today (docs/production.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.common.mending import mend, steps, tell
from kuaiji.common.rotation import Stuck


class Command(BaseCommand):
    help = "把姓名和档案中的文字改成现行写法（去掉看不见的字符等）；可边运行边使用，中断后再运行即可继续"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只报数目，不作改动")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            (tell if options["dry_run"] else mend)(steps(), say=self.stdout.write)
        except Stuck as stuck:
            raise CommandError(f"{stuck}：还有一些正被占用，请稍后再运行") from None
