"""``kuaiji hub mend-texts``: compare all names by the rule of today (docs/production.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.common.mending import mend, tell
from kuaiji.common.rotation import Stuck
from kuaiji_hub.services.mending import STEPS


class Command(BaseCommand):
    """While the hub answers; a run that was killed goes on where it was."""

    help = "Make the digests of names anew, by today's rule of comparing them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            (tell if options["dry_run"] else mend)(STEPS, say=self.stdout.write)
        except Stuck as stuck:
            raise CommandError(f"{stuck}：还有一些正被占用，请稍后再运行") from None
