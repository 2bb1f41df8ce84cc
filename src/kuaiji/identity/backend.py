"""Who a session belongs to. Nobody signs in through here: that is services.sign_in alone.

Sessions keep its dotted path: under another one nobody would be signed in any more.
"""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from kuaiji.common.ids import as_uuid
from kuaiji.identity.models import User


class SessionBackend(BaseBackend):
    """Finds the user of a session, with the key that opens the person's data."""

    def get_user(self, user_id: Any) -> User | None:
        """The user, unless gone or disabled."""
        key = as_uuid(user_id)
        return User.objects.select_related("person_key").filter(pk=key, is_active=True).first() if key else None
