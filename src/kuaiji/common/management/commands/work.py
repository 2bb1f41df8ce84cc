"""``kuaiji worker``: the jobs, and beside them the loops that apps have registered (common/loops.py)."""

import threading
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from kuaiji.common.loops import LOOPS

# Finished jobs are deleted, failed ones stay to be looked at; on stopping, jobs get less time than the supervisor's.
OPTIONS = ("--concurrency=4", "--delete-jobs=successful", "--shutdown-graceful-timeout=8")
GRACE_SECONDS = 5.0  # for the loops; what one was saying to somebody by then is said again


class Command(BaseCommand):
    help = "Run the jobs of the platform, its exchange with the national hub, and the sending of notices"

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        threads = [threading.Thread(target=LOOPS[name], args=(stop,), name=name, daemon=True) for name in LOOPS]
        for thread in threads:
            thread.start()
        try:
            call_command("procrastinate", "worker", *OPTIONS)
        finally:
            stop.set()
            deadline = time.monotonic() + GRACE_SECONDS
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
