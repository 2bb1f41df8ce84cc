"""What a worker does for notices beside its jobs: hand over what is due, in batches."""

import threading

import structlog
from django.db import connection

from kuaiji.sms.sending import AT_ONCE, send_notices
from kuaiji.sms.tasks import provider

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0  # what comes meanwhile goes together
AFTER_A_FAULT_SECONDS = 5.0


def once() -> None:
    """Until nothing is due."""
    while send_notices(provider=provider()):
        pass


def run(stop: threading.Event) -> None:
    """Until ``stop``; several workers do not get in each other's way."""
    while not stop.is_set():
        try:
            if send_notices(provider=provider()) < AT_ONCE:
                stop.wait(PAUSE_SECONDS)
        except Exception:  # the database is away, or worse: the jobs go on, and so must this
            log.exception("notices_failed")
            connection.close()
            stop.wait(AFTER_A_FAULT_SECONDS)
    connection.close()
