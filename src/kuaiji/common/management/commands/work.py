"""``kuaiji worker``: the jobs, and beside them the exchange with the national hub."""

import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from kuaiji.exchange import loop

# Finished jobs are deleted, failed ones stay to be looked at; on stopping, jobs get less time than the supervisor's.
OPTIONS = ("--concurrency=4", "--delete-jobs=successful", "--shutdown-graceful-timeout=8")


class Command(BaseCommand):
    help = "Run the jobs of the platform and its exchange with the national hub"

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        # Not waited for at the end: what it was saying to the hub is said again, with one effect.
        threading.Thread(target=loop.run, args=(stop,), name="exchange", daemon=True).start()
        try:
            call_command("procrastinate", "worker", *OPTIONS)
        finally:
            stop.set()
