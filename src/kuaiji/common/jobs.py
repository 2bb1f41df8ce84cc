"""Enqueueing jobs inside the business transaction, from a request and from another job alike.

A procrastinate worker swaps its app's connector for one of its own, and a job deferred through that would be committed
before the transaction it belongs to: it runs, finds nothing, and is gone. So jobs are always deferred over Django's
connection.
"""

import functools
from typing import Any

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task


def defer(task: str, *, queue: str, wait: int = 0, lock: str | None = None, **arguments: str) -> None:
    """Queue ``task`` (its name) in the current transaction, to run ``wait`` seconds from now at the earliest.

    Jobs of one ``lock`` run one after the other, whatever worker takes them.
    """
    options: dict[str, Any] = {"schedule_in": {"seconds": wait}} if wait else {}
    if lock:
        options["lock"] = lock
    configure_task(name=task, job_manager=_manager(), queue=queue, **options).defer(**arguments)


@functools.cache
def _manager() -> JobManager:
    return JobManager(DjangoConnector(alias="default"))
