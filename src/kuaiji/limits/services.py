"""Limits against abuse (docs/limits.md prints them, a test holds the two together).

What a person or a number has used up is refused with the time to wait. What comes from a shared address never is:
past its free allowance a question is asked (challenge.py), for thousands of phones may stand behind one address. What
costs money has a budget besides (budgets.py).
"""

import datetime as dt
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from kuaiji.common import clock
from kuaiji.common.address import network_fingerprints
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.common.locks import lock
from kuaiji.limits import kinds, rules
from kuaiji.limits.kinds import Kind
from kuaiji.limits.models import Attempt
from kuaiji.limits.rules import Window

KEPT = dt.timedelta(seconds=rules.LONGEST + rules.HOUR)


class Address(NamedTuple):
    """Where a request comes from. ``key`` is the address's fingerprint (IPv6: of the /64), ``networks`` are those of
    the network around it (/16; IPv6: /32), under every key in use, the current one first."""

    key: bytes
    networks: tuple[bytes, ...]


def count_or_refuse(kind: Kind, key: bytes, *, detail: bytes | None = None) -> Attempt | None:
    """Count one act, or refuse it: RuleBroken ``limit_<kind>``. Inside a transaction, which it locks for this key.

    Where ``detail`` says what the act was about, the same thing again counts once (then None is returned).
    """
    lock(kind.name, key)
    if detail is not None and _within(kind, key, _longest(kind)).filter(detail=detail).exists():
        return None
    if seconds := seconds_to_wait(kind, key):
        raise refusal(kind, seconds)
    return count_act(kind, key, detail=detail)


def refusal(kind: Kind, seconds: int) -> RuleBroken:
    """``limit_<kind>``: so long there is nothing left of it."""
    return RuleBroken(f"limit_{kind}", kind.refusal.format(wait=rules.in_words(seconds)), kind.field)


def count_act(kind: Kind, key: bytes, *, detail: bytes | None = None) -> Attempt:
    """Count one act without asking."""
    return Attempt.objects.create(kind=kind.name, key=key, at=clock.now(), detail=detail)


def forget_counted(*, detail: bytes, since: dt.datetime, of: tuple[Kind, ...]) -> None:
    """Forget what was counted for one thing: it came to nothing, through no fault of the person's."""
    names = [kind.name for kind in of]
    Attempt.objects.filter(kind__in=names, at__gte=since, detail=detail).delete()


def seconds_to_wait(kind: Kind, key: bytes) -> int:
    """How long until the act is allowed again; 0 when it is."""
    windows = kinds.windows(kind)
    newest_first = _within(kind, key, _longest(kind)).order_by("-at").values_list("at", flat=True)
    times = list(newest_first[: max(window.most for window in windows)])
    return rules.seconds_to_wait(times, windows, clock.now())


def asks_question(kind: Kind, address: bytes) -> bool:
    """Is the free allowance of this address used up, or everybody's together?"""
    free = kinds.free_by_address(kind)
    if settings.ADDRESS_LIMITS and free and _reaches(_within(kind, address, free.seconds), free):
        return True
    return over_total(kind)


def over_total(kind: Kind) -> bool:
    """Is the allowance of all addresses together used up?"""
    free = kinds.free_in_total(kind)
    if free is None:
        return False
    since = clock.now() - dt.timedelta(seconds=free.seconds)
    if kind.counted_in_total:
        return _reaches(kind.counted_in_total(since), free)
    return _reaches(Attempt.objects.filter(kind=kind.name, at__gt=since), free)


def address_of(text: str) -> Address:
    """What ``client_address`` gave, as it is counted and kept: by keyed fingerprints."""
    return Address(keyring().mac("address", text.encode()), network_fingerprints(text))


def sweep() -> None:
    """Remove what no window can see any more."""
    oldest = clock.now() - KEPT
    for kind in kinds.registered():
        Attempt.objects.filter(kind=kind.name, at__lt=oldest).delete()


def _within(kind: Kind, key: bytes, seconds: int) -> QuerySet[Attempt]:
    return Attempt.objects.filter(kind=kind.name, key=key, at__gt=clock.now() - dt.timedelta(seconds=seconds))


def _longest(kind: Kind) -> int:
    return max(window.seconds for window in kinds.windows(kind))


def _reaches(rows: QuerySet[Any], free: Window) -> bool:
    return len(rows.values_list("pk")[: free.most]) >= free.most
