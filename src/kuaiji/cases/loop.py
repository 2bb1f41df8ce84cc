"""What a worker does for decisions beside its jobs: carry out those whose ten minutes are over."""

import threading

import structlog
from django.db import connection

from kuaiji.cases.services.carrying_out import BATCH, carry_out_due

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 2.0
AFTER_A_FAULT_SECONDS = 5.0


def run(stop: threading.Event) -> None:
    """Until ``stop``; several workers do not get in each other's way."""
    while not stop.is_set():
        try:
            if carry_out_due() < BATCH:
                stop.wait(PAUSE_SECONDS)
        except Exception:  # the database is away, or worse: the jobs go on, and so must this
            log.exception("decisions_failed")
            connection.close()
            stop.wait(AFTER_A_FAULT_SECONDS)
    connection.close()
