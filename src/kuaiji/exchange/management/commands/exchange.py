"""``kuaiji manage exchange``: the exchange with the national hub without the jobs, as ``kuaiji worker`` runs it."""

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.exchange import loop
from kuaiji.exchange.partners import clients


class Command(BaseCommand):
    help = "Send what waits, collect the feed, work through it: until a signal, or once"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="until nothing is due")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if not clients.has_hub():
            raise CommandError("KUAIJI_HUB_URL is not set")
        if once:
            loop.once()
        else:
            loop.run(threading.Event())
