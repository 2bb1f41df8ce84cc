"""What a worker does for the exchange beside its jobs: send what waits, collect the feed, work through it."""

import threading
import time

import structlog
from django.db import connection

from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.fetching import fetch_feed, process_next
from kuaiji.exchange.partners import clients
from kuaiji.exchange.sending import AT_ONCE, send_waiting

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0
FEED_SECONDS = 5.0
AFTER_A_FAULT_SECONDS = 5.0


def once() -> None:
    """Until nothing is due: send what waits, collect the feed, work through it. For tests and ``--once``."""
    while True:
        worked = send_waiting() > 0
        more = fetch_feed()
        while process_next():
            worked = True
        if not (worked or more):
            return


def run(stop: threading.Event) -> None:
    """Until ``stop``; several workers do not get in each other's way."""
    if not clients.has_hub():
        return
    feed_at = 0.0
    while not stop.is_set():
        try:
            worked = send_waiting() >= AT_ONCE  # else what comes in the pause goes together, over one connection
            if time.monotonic() >= feed_at:
                while fetch_feed(connected=True):  # or there were a new one every five seconds, day and night
                    pass
                feed_at = time.monotonic() + FEED_SECONDS
            while process_next():
                worked = True
            if not worked:
                stop.wait(PAUSE_SECONDS)
        except Exception:  # the database is away, or worse: the jobs go on, and so must this
            log.exception("exchange_failed", reason=breaker.reason)
            connection.close()
            stop.wait(AFTER_A_FAULT_SECONDS)
    connection.close()
