"""``kuaiji hub expire``: what the hub does by itself when a time is over."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from kuaiji_hub.services import expiry

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Once, for a timer of the system; or again and again, as a process of its own."""

    help = "Return transfers nobody claimed, release those whose claim nobody decided, forget old nonces."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--every SECONDS`` stays and does it again and again."""
        parser.add_argument("--every", type=float, metavar="SECONDS")

    def handle(self, *args: Any, every: float | None, **options: Any) -> None:
        if every is None:
            self.stdout.write(f"{expiry.expire()} transfers moved on")
            return
        while True:
            try:
                expiry.expire()
            except Error:
                log.exception("expiry_failed")
                connection.close()
            time.sleep(every)
