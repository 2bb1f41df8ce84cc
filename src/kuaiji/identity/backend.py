"""Who a session belongs to. Nobody signs in through here: that is services.sign_in alone.

Sessions keep its dotted path: under another one nobody would be signed in any more.
"""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from kuaiji.common.ids import as_uuid
from kuaiji.identity.models import User
from kuaiji.identity.sessions.store import user_come_along
from kuaiji.messages.services.reading import has_unread


class SessionBackend(BaseBackend):
    """Finds the user of a session, with the key that opens the person's data."""

    def get_user(self, user_id: Any) -> User | None:
        """The user, unless gone or disabled. ``has_unread``: a message waits, as every page is to say."""
        key = as_uuid(user_id)
        if key is None:
            return None
        if user := user_come_along(key):
            return user
        users = User.objects.select_related("person_key").annotate(has_unread=has_unread("person_key"))
        return users.filter(pk=key, is_active=True).first()
