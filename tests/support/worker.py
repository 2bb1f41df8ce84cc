"""Do what a worker does, in the test's own process."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

Answer = TypeVar("Answer")


def at_work(act: Callable[[], Awaitable[Answer]]) -> Answer:
    """What ``act`` answers with the app open over a worker's own connections.

    In a thread of its own: once a browser runs, this one has a loop already.
    """

    async def work() -> Answer:
        async with app.open_async():
            return await act()

    def in_a_thread() -> Answer:
        try:
            return asyncio.run(work())
        finally:
            connection.close()

    with (
        app.replace_connector(DjangoConnector(alias="default").get_worker_connector()),
        ThreadPoolExecutor(max_workers=1) as threads,
    ):
        return threads.submit(in_a_thread).result()
