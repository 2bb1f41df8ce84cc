"""Exam systems that tests let in, and a clock for their keys."""

from typing import Any

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.examchecks.enums import KeyAlgorithm
from kuaiji.examchecks.services.clients import Allowed, NewKey, add_client, revoke_key, rotate_key
from kuaiji.examchecks.services.key_book import KeyBook

NAME = "考试报名系统"


def operation() -> Operation:
    return Operation(kind=OperationKind.EXAM_CLIENT_CHANGING, actor_kind=ActorKind.STAFF, reason="李四")


def added(name: str = NAME, **how: Any) -> NewKey:
    allowed = Allowed(**({"rate": 10} | {key: how.pop(key) for key in ("levels", "addresses", "rate") if key in how}))
    return add_client(operation=operation(), name=name, allowed=allowed, algorithm=KeyAlgorithm.HMAC_SHA256, **how)


def found(keyid: str, book: KeyBook | None = None) -> bool:
    return (book or KeyBook()).find(keyid, now=clock.now().timestamp()) is not None


class Age:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def rotated(*, keyid: str) -> dict[str, str]:
    """Another key for the client of ``keyid``, as ``kuaiji exam-client rotate`` shows it; both hold for a week."""
    made = rotate_key(operation=operation(), keyid=keyid)
    return {"keyid": made.keyid, "secret": made.secret}


def revoked(*, keyid: str) -> None:
    """That key holds no longer."""
    revoke_key(operation=operation(), keyid=keyid)
