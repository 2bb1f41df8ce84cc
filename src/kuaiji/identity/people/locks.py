"""The lock on a person. Whoever needs several locks takes the person first (the others: kuaiji.common.locks)."""

import uuid

from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User


def lock_user(user_id: uuid.UUID) -> User:
    """The user, as it is now, until the current transaction ends.

    Raises RuleBroken ``closed`` when there is none: closed, and nothing left, in this moment.
    """
    users = User.objects.select_for_update(no_key=True, of=("self",)).select_related("person_key")
    if user := users.filter(pk=user_id).first():
        return user
    raise RuleBroken("closed", "您已注销，请重新注册")
