"""``kuaiji hub platforms``: the platforms of the country."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji_hub.models import Platform
from kuaiji_hub.services import platforms


class Command(BaseCommand):
    """List the platforms, load those of the list, add one, say what one reads, stop or resume one."""

    help = "The platforms of the country."

    def add_arguments(self, parser: CommandParser) -> None:
        """``list``, ``load``, ``add CODE NAME [DIVISION]``, ``reads CODE VERSION``, ``stop CODE``, ``resume CODE``."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="code, name, last number of its feed, number collected, state, version it reads")
        verbs.add_parser("load", help="the 40 of 财办会〔2018〕28号; harmless to run again")
        add = verbs.add_parser("add", help="one more, or another name for one that is there")
        add.add_argument("code")
        add.add_argument("name")
        add.add_argument("division", nargs="?", default="", help="of GB/T 2260, when its people choose one")
        reads = verbs.add_parser("reads", help="it reads the wire up to this version, and may be told in it")
        reads.add_argument("code")
        reads.add_argument("version", type=int)
        for verb in ("stop", "resume"):
            verbs.add_parser(verb, help=f"{verb} talking with it, and sending people there").add_argument("code")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "list":
            for platform in Platform.objects.all():
                state = "active" if platform.is_active else "stopped"
                numbers = f"{platform.feed_number}\t{platform.feed_collected}"
                self.stdout.write(f"{platform.code}\t{platform.name}\t{numbers}\t{state}\treads {platform.reads}")
        elif verb == "load":
            self.stdout.write(f"{platforms.load()} platforms")
        else:
            self._change(verb, **options)

    def _change(self, verb: str, **options: Any) -> None:
        try:
            if verb == "add":
                platforms.add(options["code"], options["name"], options["division"])
            elif verb == "reads":
                platforms.set_reads(options["code"], options["version"])
            else:
                platforms.switch(options["code"], is_active=verb == "resume")
        except platforms.Impossible as error:
            raise CommandError(str(error)) from None
