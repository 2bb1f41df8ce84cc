"""Locks on a person, and on things that have no row yet, such as a number somebody is about to register.

Whoever needs several takes the person first.
"""

import hashlib
import uuid

from django.db import connection

from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User


def lock(kind: str, key: bytes) -> None:
    """Let nobody else pass here with the same ``kind`` and ``key``, a digest, until the current transaction ends."""
    # Without a key: processes that do not agree yet on the current one must wait for each other.
    number = int.from_bytes(hashlib.sha256(kind.encode() + b"\0" + key).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def lock_user(user_id: uuid.UUID) -> User:
    """The user, as it is now, until the current transaction ends.

    Raises RuleBroken ``closed`` when there is none: closed, and nothing left, in this moment.
    """
    users = User.objects.select_for_update(no_key=True, of=("self",)).select_related("person_key")
    if user := users.filter(pk=user_id).first():
        return user
    raise RuleBroken("closed", "您已注销，请重新注册")
