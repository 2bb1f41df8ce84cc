"""The sessions of people, as Django's ``SESSION_ENGINE``; how they are kept stands in kuaiji.common.sessions."""

from typing import Any

from django.contrib.auth import SESSION_KEY

from kuaiji.common import sessions
from kuaiji.common.ids import as_uuid
from kuaiji.identity.models import Session


class SessionStore(sessions.SessionStore):
    """One session of a person, or of somebody who has not signed in."""

    row = Session

    def owner(self, data: dict[str, Any]) -> dict[str, Any]:
        """The person who has signed in here."""
        return {"user_id": as_uuid(data.get(SESSION_KEY))}
