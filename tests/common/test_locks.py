"""Locks on what has no row: who must wait for whom, and that nobody waits for each other."""

import threading

import pytest
from django.db import OperationalError, connection, connections, transaction

from kuaiji.common.locks import lock

pytestmark = pytest.mark.race


def is_free(kind: str, key: bytes) -> bool:
    """Could another connection take this lock now? Asked for a moment only."""
    free = []

    def ask() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '200ms'")
                lock(kind, key)
            free.append(True)
        except OperationalError:
            free.append(False)
        finally:
            connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return free == [True]


def test_held_for_one_kind_and_key_until_the_transaction_ends() -> None:
    with transaction.atomic():
        lock("phone", b"one", b"two")
        assert [is_free(*asked) for asked in (("phone", b"one"), ("phone", b"two"))] == [False, False]
        assert is_free("phone", b"three") and is_free("number", b"one")
    assert is_free("phone", b"one")


def test_several_are_taken_in_one_order() -> None:
    """Forty times two transactions name the same keys the other way round: a deadlock would be raised."""
    keys = [bytes([number]) for number in range(8)]
    barrier, done = threading.Barrier(2), []

    def take(order: list[bytes]) -> None:
        try:
            for _ in range(40):
                barrier.wait()
                with transaction.atomic():
                    lock("order", *order)
            done.append(True)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(order,)) for order in (keys, keys[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert done == [True, True]
