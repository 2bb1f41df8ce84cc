"""Bringing what stands under other keys of the ring under the current ones (``kuaiji rotate-keys``), while people work.

Whoever keeps such rows registers a step. A step goes through its rows in batches of one short transaction each: what
somebody is working on is left for the next pass, and a run that was killed goes on where it was.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction

from kuaiji.common.keyring import keyring
from kuaiji.keys.models import PersonKey

BATCH = 500
# Shorter than deadlock_timeout: if people and a batch wait for each other, the batch gives way.
LOCK_TIMEOUT = "200ms"
FIRST = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Step:
    """``left`` counts the rows that are still to be brought over; ``ids`` gives so many ids of rows after one, to be
    walked through; ``bring`` does what there is to do about these, in a transaction, or leaves what is locked."""

    title: str
    left: Callable[[], int]
    ids: Callable[[uuid.UUID, int], list[uuid.UUID]]
    bring: Callable[[list[uuid.UUID]], None]


_steps: list[Step] = []


class Stuck(Exception):
    """A whole pass brought nothing over."""


def register(step: Step) -> None:
    """Make it part of every rotation, after those that were registered before."""
    _steps.append(step)


def steps() -> tuple[Step, ...]:
    """All of them, in order."""
    return tuple(_steps)


def run(step: Step) -> Iterator[int]:
    """Bring everything over; yields after each batch how many rows were left at the begin of its pass.

    Raises Stuck when others hold all that is left.
    """
    before = None
    while left := step.left():
        if before is not None and left >= before:
            raise Stuck(step.title)
        before, after = left, FIRST
        while ids := step.ids(after, BATCH):
            _bring(step, ids)
            after = ids[-1]
            yield left


def _bring(step: Step, ids: list[uuid.UUID]) -> None:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            step.bring(ids)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":  # lock_not_available: the next pass comes by again
            raise


def _left() -> int:
    return PersonKey.objects.filter(destroyed_at=None).exclude(wrapping_key=keyring().current_wrapping).count()


def _ids(after: uuid.UUID, count: int) -> list[uuid.UUID]:
    return list(PersonKey.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:count])


def _rewrap(ids: list[uuid.UUID]) -> None:
    ring = keyring()
    rows = PersonKey.objects.filter(pk__in=ids, destroyed_at=None).exclude(wrapping_key=ring.current_wrapping)
    found = list(rows.select_for_update(no_key=True, skip_locked=True))
    wrapped = [ring.rewrapped(uuid.UUID(str(row.pk)), row.wrapping_key, bytes(row.wrapped or b"")) for row in found]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE keys_personkey AS person_key SET wrapping_key = %s, wrapped = anew.wrapped"
            " FROM unnest(%s::uuid[], %s::bytea[]) AS anew (id, wrapped) WHERE person_key.id = anew.id",
            [ring.current_wrapping, [row.pk for row in found], wrapped],
        )


PERSON_KEYS = Step("人员密钥", _left, _ids, _rewrap)
