"""Jobs: make the prints that were requested, and delete their files in time."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kuaiji.archives.services import MAKE, QUEUE, print_archive, sweep_prints
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock


# A print that fails says so on its row; the retries are for our own database.
@app.task(name=MAKE, queue=QUEUE, retry=RetryStrategy(max_attempts=3, exponential_wait=2))
def make_print(print_id: str, address: str) -> None:
    """Make the file of one print."""
    operation = Operation(kind=OperationKind.ARCHIVE_PRINTING, actor_kind=ActorKind.SYSTEM)
    print_archive(operation=operation, print_id=uuid.UUID(print_id), address=address)


@app.periodic(cron="*/10 * * * *", periodic_id="archives.sweep")
@app.task(name="archives.sweep", queueing_lock="archives.sweep")
def sweep(timestamp: int) -> None:
    """Delete the files of prints that are over."""
    sweep_prints(now=clock.now())
