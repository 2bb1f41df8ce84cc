"""Budgets: acts that cost money until they come to something, such as a code that is sent and not entered yet.

A budget is a kind that settles (kinds.py). It holds however many ask at once; who stands far from its end waits for
nobody (ADR 0059).
"""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kuaiji.common import clock
from kuaiji.common.locks import lock
from kuaiji.limits import kinds
from kuaiji.limits.kinds import Kind
from kuaiji.limits.models import Attempt, KnownNetwork
from kuaiji.limits.rules import Window
from kuaiji.limits.services import Address, count_act, refusal

KNOWN_FOR = dt.timedelta(days=30)
AT_ONCE = 200  # transactions that can be under way at once: connections of the database


class _NearTheEnd(Exception):
    """Too little is left to be taken side by side."""


def spend(kind: Kind, key: bytes, *, act: bytes, reserved: bool = False) -> None:
    """Take one ``act`` (its id) from a budget, or refuse it: RuleBroken ``limit_<kind>``. Inside a transaction, as the
    last lock that it takes. ``reserved`` acts may also have the reserve.
    """
    if not (kind.free_by_address and not settings.ADDRESS_LIMITS):
        left = _left_or_refuse(kind, key, reserved)  # nobody waits in line to be refused
        if left <= AT_ONCE or not _taken_side_by_side(kind, key, reserved):
            lock(kind.name, _locked(kind, key))
            _left_or_refuse(kind, key, reserved)
    count_act(kind, key, detail=act)


def refuse_if_spent(kind: Kind, key: bytes = b"", *, reserved: bool = False) -> None:
    """Raise RuleBroken ``limit_<kind>`` while nothing is left of a budget; takes nothing of it."""
    _left_or_refuse(kind, key, reserved)


def settle(acts: Sequence[bytes], *, of: tuple[Kind, ...], since: dt.datetime) -> None:
    """These acts, done after ``since``, came to something: they count no more, and where the budget grows it does."""
    Attempt.objects.filter(kind__in=[kind.name for kind in of], at__gte=since, detail__in=acts).update(
        settled_at=clock.now()
    )


def left(kind: Kind, key: bytes, window: Window, *, reserved: bool = False) -> int:
    """How many acts this window still has room for; none or less when it is used up.

    Settled ones are only counted where it matters: with more than AT_ONCE left the true number may be higher.
    """
    rows = _rows(kind, key, window.seconds)
    most = window.most + (window.most * kind.reserve // 100 if reserved else 0)
    room = most - rows.filter(settled_at=None).count()
    if kind.grows and room <= AT_ONCE:
        room += rows.exclude(settled_at=None).count()
    return room


def shared() -> list[Kind]:
    """The budgets that all keys have together: those an operator watches."""
    return [kind for kind in kinds.registered() if kind.settles and kind.shared]


def is_known(address: Address) -> bool:
    """Was a code entered in its network in the last 30 days?"""
    since = clock.today() - KNOWN_FOR
    return KnownNetwork.objects.filter(fingerprint__in=address.networks, entered_on__gte=since).exists()


def remember_network(network: bytes) -> None:
    """A code was entered in ``network`` today. Written once a day, so that nobody waits for the row of a busy one."""
    today = clock.today()
    if not KnownNetwork.objects.filter(fingerprint=network, entered_on=today).exists():
        KnownNetwork.objects.bulk_create(
            [KnownNetwork(fingerprint=network, entered_on=today)],
            update_conflicts=True,
            unique_fields=["fingerprint"],
            update_fields=["entered_on"],
        )


def sweep_networks() -> None:
    """Forget networks in which nobody entered a code for 30 days."""
    KnownNetwork.objects.filter(entered_on__lt=clock.today() - KNOWN_FOR).delete()


def _left_or_refuse(kind: Kind, key: bytes, reserved: bool) -> int:
    """The least that any window has left; raises RuleBroken when that is nothing."""
    rooms = {window: left(kind, key, window, reserved=reserved) for window in kinds.windows(kind)}
    if used_up := [window for window, room in rooms.items() if room <= 0]:
        raise refusal(kind, max(_wait(kind, key, window) for window in used_up))
    return min(rooms.values())


def _taken_side_by_side(kind: Kind, key: bytes, reserved: bool) -> bool:
    """With a lock that others share, while even all of them together cannot reach the end. It is given back otherwise.

    Who takes the last ones alone waits until these are over, so none of them is overlooked.
    """
    try:
        with transaction.atomic():
            lock(kind.name, _locked(kind, key), shared=True)
            if _left_or_refuse(kind, key, reserved) <= AT_ONCE:
                raise _NearTheEnd
    except _NearTheEnd:
        return False
    return True


def _wait(kind: Kind, key: bytes, window: Window) -> int:
    """Seconds until so many open acts are out of the window that there is room, if none is settled before."""
    newest_first = _rows(kind, key, window.seconds).filter(settled_at=None).order_by("-at").values_list("at", flat=True)
    times = list(newest_first[window.most - 1 : window.most])
    return max(1, window.seconds - int((clock.now() - times[0]).total_seconds())) if times else 1


def _rows(kind: Kind, key: bytes, seconds: int) -> QuerySet[Attempt]:
    rows = Attempt.objects.filter(kind=kind.name, at__gt=clock.now() - dt.timedelta(seconds=seconds))
    return rows if kind.shared else rows.filter(key=key)


def _locked(kind: Kind, key: bytes) -> bytes:
    return b"" if kind.shared else key
