"""Limits against abuse, as a table (docs/limits.md prints it, a test holds the two together).

What a person or a number has used up is refused with the time to wait. What comes from a shared address never is:
past its free allowance a question is asked (challenge.py), for thousands of phones may stand behind one address.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.common.locks import lock
from kuaiji.identity.enums import AttemptKind
from kuaiji.identity.models import Attempt, SmsCode

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """At most ``most`` times in any ``seconds`` in a row."""

    seconds: int
    most: int


LIMITS: Mapping[AttemptKind, tuple[Window, ...]] = {
    AttemptKind.CODE_TO_PHONE: (Window(MINUTE, 1), Window(HOUR, 5), Window(DAY, 10)),
    AttemptKind.CODE_FOR_PERSON: (Window(DAY, 10),),
    AttemptKind.DOCUMENT_BY_PHONE: (Window(DAY, 3),),
    AttemptKind.NEW_BROWSER_TOLD: (Window(DAY, 3),),
    AttemptKind.GUESS_ON_NUMBER: (Window(15 * MINUTE, 5), Window(HOUR, 10), Window(DAY, 40)),
    AttemptKind.GUESS_IN_KNOWN_BROWSER: (Window(15 * MINUTE, 5), Window(DAY, 20)),
    AttemptKind.PHONE_LOST: (Window(DAY, 2),),
}
# Past these a question is asked: of everybody behind the address, and of everybody.
FREE_BY_ADDRESS: Mapping[AttemptKind, Window] = {
    AttemptKind.CODE_FROM_ADDRESS: Window(HOUR, 20),
    AttemptKind.GUESS_FROM_ADDRESS: Window(HOUR, 60),
    AttemptKind.CHECK_FROM_ADDRESS: Window(HOUR, 30),
}
FREE_IN_TOTAL: Mapping[AttemptKind, Window] = {
    AttemptKind.CODE_FROM_ADDRESS: Window(DAY, 5000),  # codes that nobody entered: honest people enter theirs
    AttemptKind.GUESS_FROM_ADDRESS: Window(HOUR, 5000),
    AttemptKind.CHECK_FROM_ADDRESS: Window(HOUR, 5000),
}
KEEP_SECONDS = DAY + HOUR

_REFUSALS = {
    AttemptKind.CODE_TO_PHONE: ("该手机号获取验证码太频繁，请 {wait}后再试", "phone"),
    AttemptKind.CODE_FOR_PERSON: ("该证件号获取验证码太频繁，请 {wait}后再试", "document_number"),
    AttemptKind.DOCUMENT_BY_PHONE: ("该手机号今天验证的证件号过多，请 {wait}后再试", "phone"),
    AttemptKind.NEW_BROWSER_TOLD: ("今天的新设备登录提醒已够多，{wait}后再发", None),
    AttemptKind.GUESS_ON_NUMBER: ("密码错误次数过多，请 {wait}后再试，或找回密码", None),
    AttemptKind.GUESS_IN_KNOWN_BROWSER: ("密码错误次数过多，请 {wait}后再试，或找回密码", None),
    AttemptKind.PHONE_LOST: ("该证件号今天申请次数过多，请 {wait}后再试", "document_number"),
}


def take(kind: AttemptKind, key: bytes, *, detail: bytes | None = None) -> Attempt | None:
    """Count one act, or refuse it: RuleBroken ``limit_<kind>``. Inside a transaction, which it locks for this key.

    Where ``detail`` says what the act was about, the same thing again counts once (then None is returned).
    """
    lock(kind, key)
    if detail is not None and _within(kind, key, _longest(kind)).filter(detail=detail).exists():
        return None
    if seconds := seconds_to_wait(kind, key):
        message, field = _REFUSALS[kind]
        raise RuleBroken(f"limit_{kind}", message.format(wait=in_words(seconds)), field)
    return count(kind, key, detail=detail)


def count(kind: AttemptKind, key: bytes, *, detail: bytes | None = None) -> Attempt:
    """Count one act without asking."""
    return Attempt.objects.create(kind=kind, key=key, at=clock.now(), detail=detail)


def seconds_to_wait(kind: AttemptKind, key: bytes) -> int:
    """How long until the act is allowed again; 0 when it is."""
    now, windows = clock.now(), LIMITS[kind]
    newest_first = _within(kind, key, _longest(kind)).order_by("-at").values_list("at", flat=True)
    times = list(newest_first[: max(window.most for window in windows)])
    waits = [
        window.seconds - int((now - times[window.most - 1]).total_seconds())
        for window in windows
        if len(times) >= window.most
    ]
    return max([0, *waits])


def asks_question(kind: AttemptKind, address: bytes) -> bool:
    """Is the free allowance of this address used up, or everybody's together?"""
    if settings.ADDRESS_LIMITS:
        free = FREE_BY_ADDRESS[kind]
        if _reaches(_within(kind, address, free.seconds), free.most):
            return True
    return over_total(kind)


def over_total(kind: AttemptKind) -> bool:
    """Is the allowance of all addresses together used up?"""
    free = FREE_IN_TOTAL[kind]
    since = clock.now() - dt.timedelta(seconds=free.seconds)
    if kind == AttemptKind.CODE_FROM_ADDRESS:
        return _reaches(SmsCode.objects.filter(used_at=None, created_at__gt=since), free.most)
    return _reaches(Attempt.objects.filter(kind=kind, at__gt=since), free.most)


def address_key(address: str) -> bytes:
    """What an address is counted under."""
    return keyring().mac("address", address.encode())


def in_words(seconds: int) -> str:
    """A wait in Chinese, rounded up: ``40 秒``, ``5 分钟``, ``3 小时``."""
    if seconds <= MINUTE:
        return f"{seconds} 秒"
    return f"{-(-seconds // MINUTE)} 分钟" if seconds <= HOUR else f"{-(-seconds // HOUR)} 小时"


def sweep() -> None:
    """Remove what no window can see any more."""
    oldest = clock.now() - dt.timedelta(seconds=KEEP_SECONDS)
    for kind in AttemptKind:
        Attempt.objects.filter(kind=kind, at__lt=oldest).delete()


def _within(kind: AttemptKind, key: bytes, seconds: int) -> QuerySet[Attempt]:
    return Attempt.objects.filter(kind=kind, key=key, at__gt=clock.now() - dt.timedelta(seconds=seconds))


def _longest(kind: AttemptKind) -> int:
    return max(window.seconds for window in LIMITS[kind])


def _reaches(rows: QuerySet[Any], most: int) -> bool:
    return len(rows.values_list("pk")[:most]) >= most
