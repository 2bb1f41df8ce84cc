"""Job: queue again what a killed worker was doing."""

from procrastinate.contrib.django import app
from procrastinate.jobs import Status

MOST_ATTEMPTS = 5


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take_over")
async def take_over(timestamp: int) -> None:
    """What a killed worker was doing is queued again: any job may be done twice without harm.

    What has one waiting in its place is dropped; what was cut short too often fails, for it may be what kills workers.
    """
    manager = app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.queueing_lock:
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
        elif job.attempts + 1 >= MOST_ATTEMPTS:
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)
