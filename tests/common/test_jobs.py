"""Jobs belong to the transaction that defers them, in the worker too."""

import asyncio

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from kuaiji.common import jobs


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
    worker = DjangoConnector(alias="default").get_worker_connector()

    async def as_a_worker() -> int:
        async with app.open_async():
            return await asyncio.to_thread(in_a_thread)

    def in_a_thread() -> int:
        try:
            return deferred_and_rolled_back()
        finally:
            connection.close()

    with app.replace_connector(worker):
        assert asyncio.run(as_a_worker()) == 1
    assert waiting() == 0


@pytest.mark.race
def test_a_job_may_wait() -> None:
    jobs.defer("kuaiji.sms.tasks.deliver", queue="sms", wait=60, message_id="x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at > now() + interval '50 s' FROM procrastinate_jobs")
        assert cursor.fetchone()[0]
