"""Jobs of transfers: reviews whose time has come, and what their origins are told."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kuaiji.transfers.services import guesses, reviewing

RETRY = RetryStrategy(max_attempts=5, exponential_wait=2)


@app.task(queue="transfers", retry=RETRY)
def review_out(transfer_id: str) -> None:
    reviewing.review_out(transfer_id=uuid.UUID(transfer_id))


@app.task(queue="transfers", retry=RETRY)
def review_in(transfer_id: str) -> None:
    reviewing.review_in(claim_id=uuid.UUID(transfer_id))


@app.periodic(cron="* * * * *", periodic_id="transfers.review_due")
@app.task(name="transfers.review_due", queueing_lock="transfers.review_due")
def review_due(timestamp: int) -> None:
    """Reviews whose job was lost, or that had to wait for somebody."""
    reviewing.review_due()


@app.periodic(cron="* * * * *", periodic_id="transfers.tell_refused")
@app.task(name="transfers.tell_refused", queueing_lock="transfers.tell_refused")
def tell_refused(timestamp: int) -> None:
    """Claims that could not prove themselves, to their origins."""
    guesses.tell_refused()
