"""Bringing what stands under other keys of a ring under the current ones, while people work (``rotate-keys``).

A step goes through its rows in batches of one short transaction each: what somebody is working on is left for the next
pass, and a run that was killed goes on where it was.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, models, transaction

from kuaiji.common.keyring import Keyring

BATCH = 500
LOCK_NOT_AVAILABLE = "55P03"
SAY_SECONDS = 5.0
FIRST = uuid.UUID(int=0)

Say = Callable[[str], object]


class Stuck(Exception):
    """A whole pass brought nothing over: others hold what is left. Says of which step."""


@dataclass(frozen=True, slots=True)
class RotationStep:
    """``left`` counts the rows that are still to be brought over; ``ids`` gives so many ids of rows after one, to be
    walked through; ``bring`` does what there is to do about these, in a transaction, or leaves what is locked, and may
    say how many it changed."""

    title: str
    left: Callable[[], int]
    ids: Callable[[uuid.UUID, int], list[uuid.UUID]]
    bring: Callable[[list[uuid.UUID]], int | None]


def walk(model: type[models.Model]) -> Callable[[uuid.UUID, int], list[uuid.UUID]]:
    """The ids of a model's rows in their order, for a step."""
    rows = model._default_manager.order_by("pk").values_list("pk", flat=True)
    return lambda after, count: list(rows.filter(pk__gt=after)[:count])


def data_keys(title: str, model: type[models.Model], ring: Callable[[], Keyring]) -> RotationStep:
    """The step of a table of data keys with ``wrapping_key`` and ``wrapped``, null once the key is destroyed."""

    def behind() -> "models.QuerySet[models.Model]":
        kept = model._default_manager.filter(wrapped__isnull=False)
        return kept.exclude(wrapping_key=ring().current_wrapping)

    def bring(ids: list[uuid.UUID]) -> None:
        rows: list[Any] = list(behind().filter(pk__in=ids).select_for_update(no_key=True, skip_locked=True))
        for row in rows:
            row.wrapped = ring().rewrapped(row.pk, row.wrapping_key, bytes(row.wrapped))
            row.wrapping_key = ring().current_wrapping
        model._default_manager.bulk_update(rows, ["wrapping_key", "wrapped"])

    return RotationStep(title, lambda: behind().count(), walk(model), bring)


def rotate(steps: Sequence[RotationStep], ring: Keyring, *, wraps: Callable[[str], bool], say: Say) -> None:
    """Take all steps, and say of every key what still needs it; ``wraps`` tells whether a wrapping key wraps any.

    Raises Stuck.
    """
    for step in steps:
        begin = said = time.monotonic()
        count = step.left()
        for left, _ in run_step(step):
            if time.monotonic() - said > SAY_SECONDS:
                said = time.monotonic()
                say(f"{step.title}：本轮开始时剩 {left} 条，已用 {said - begin:.0f} 秒")
        say(f"{step.title}：换了 {count} 条，用时 {time.monotonic() - begin:.0f} 秒")
    for key_id in ring.wrapping:
        say(f"{key_id}：{_of_wrapping(ring, key_id, wraps)}")
    for key_id in ring.fingerprint:
        say(f"{key_id}：{_of_fingerprints(ring, key_id)}")


def run_step(step: RotationStep) -> Iterator[tuple[int, int]]:
    """Bring everything over; yields after each batch how many rows were left when its pass began, and how many of the
    batch ``bring`` says it changed. Raises Stuck."""
    before = None
    while left := step.left():
        if before is not None and left >= before:
            raise Stuck(step.title)
        before, after = left, FIRST
        while ids := step.ids(after, BATCH):
            changed = _bring(step, ids)
            after = ids[-1]
            yield left, changed


def _bring(step: RotationStep, ids: list[uuid.UUID]) -> int:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Shorter than deadlock_timeout: if people and a batch wait for each other, the batch gives way.
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
            return step.bring(ids) or 0
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        return 0


def _of_wrapping(ring: Keyring, key_id: str, wraps: Callable[[str], bool]) -> str:
    if key_id == ring.current_wrapping:
        return "当前的封装密钥"
    if wraps(key_id):
        return "仍有进程用它封装，请让所有进程用同一钥匙环后再运行"
    return "没有密钥再用它封装，当前密钥启用满一小时后可从钥匙环中取出"


def _of_fingerprints(ring: Keyring, key_id: str) -> str:
    if key_id == ring.current_fingerprint:
        return "当前的索引密钥"
    if ring.fingerprint[key_id].retired:
        return "已停用，只用来核对以前留下的，请留在钥匙环中"
    return '仍在建索引，可标上 "retired": true，所有进程重启后再运行一次'
