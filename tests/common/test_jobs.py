"""Jobs belong to the transaction that defers them, in the worker too."""

import asyncio

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from kuaiji.common import jobs
from kuaiji.common.tasks import MOST_ATTEMPTS, take_over
from tests.support.worker import at_work


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def deferred_and_rolled_back() -> int:
    with transaction.atomic():
        jobs.defer("kuaiji.sms.tasks.deliver", queue="sms", message_id="x")
        inside = waiting()
        transaction.set_rollback(True)
    return inside - waiting()


@pytest.mark.race
def test_a_job_goes_with_its_transaction() -> None:
    assert deferred_and_rolled_back() == 1
    assert waiting() == 0


@pytest.mark.race
def test_also_where_a_worker_has_swapped_the_connector() -> None:
    async def in_a_job() -> int:
        return await asyncio.to_thread(in_a_thread)

    def in_a_thread() -> int:
        try:
            return deferred_and_rolled_back()
        finally:
            connection.close()

    assert at_work(in_a_job) == 1
    assert waiting() == 0


@pytest.mark.race
def test_a_job_may_wait() -> None:
    jobs.defer("kuaiji.sms.tasks.deliver", queue="sms", wait=60, message_id="x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at > now() + interval '50 s' FROM procrastinate_jobs")
        assert cursor.fetchone()[0]


async def take_all_and_die() -> None:
    worker = await app.job_manager.register_worker()
    while await app.job_manager.fetch_job(queues=None, worker_id=worker):
        pass


async def take_over_now() -> None:
    await take_over(timestamp=0)


async def take_over_later() -> None:
    await app.connector.execute_query_async(
        "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 min'"
    )
    await take_over(timestamp=0)


def states() -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text, attempts FROM procrastinate_jobs ORDER BY id")
        return list(cursor.fetchall())


@pytest.mark.race
def test_what_a_killed_worker_was_doing_is_done_by_another() -> None:
    deliver, sweep = "kuaiji.sms.tasks.deliver", "kuaiji.sms.tasks.sweep"
    jobs.defer(deliver, queue="sms", message_id="x")
    app.tasks[sweep].defer(timestamp=0)
    at_work(take_all_and_die)
    at_work(take_over_now)
    assert states() == [(deliver, "doing", 0), (sweep, "doing", 0)]  # it may be alive
    app.tasks[sweep].defer(timestamp=300)
    at_work(take_over_later)
    assert states() == [(deliver, "todo", 1), (sweep, "todo", 0)]
    for _ in range(MOST_ATTEMPTS):
        at_work(take_all_and_die)
        at_work(take_over_later)
    assert states() == [(deliver, "failed", MOST_ATTEMPTS)]
