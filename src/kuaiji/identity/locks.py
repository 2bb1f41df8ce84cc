"""Locks on a person, and on things that have no row yet, such as a number somebody is about to register.

Whoever needs several takes the person first.
"""

import uuid

from django.db import connection

from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.identity.models import User


def lock(kind: str, key: bytes) -> None:
    """Let nobody else pass here with the same ``kind`` and ``key`` until the current transaction ends."""
    number = int.from_bytes(keyring().mac("lock", kind.encode() + b"\0" + key)[:8], signed=True)
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
