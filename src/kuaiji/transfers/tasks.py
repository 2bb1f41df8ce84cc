"""Jobs of transfers: codes to draw, reviews whose time has come, forms whose time is over."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kuaiji.identity.models import SmsCode
from kuaiji.sms.services import SMS_QUEUE
from kuaiji.transfers.services import reviewing
from kuaiji.transfers.services.claiming import draw_claim_code, sweep_claim_drafts

RETRY = RetryStrategy(max_attempts=5, exponential_wait=2)


@app.task(queue=SMS_QUEUE, retry=RETRY)
def draw_code(code_id: str) -> None:
    """Draw one code and send it."""
    if code := SmsCode.objects.filter(pk=uuid.UUID(code_id)).first():
        draw_claim_code(code=code)


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


@app.periodic(cron="*/10 * * * *", periodic_id="transfers.sweep")
@app.task(name="transfers.sweep", queueing_lock="transfers.sweep")
def sweep(timestamp: int) -> None:
    """Forget unfinished forms."""
    sweep_claim_drafts()
