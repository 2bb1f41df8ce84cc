"""The sessions of staff; how they are kept stands in kuaiji.common.sessions.

``MEMBER`` says whose it is once the password was right, ``PROVED`` when the second factor was shown last (seconds since
1970). Without ``PROVED`` nothing opens but the second factor (``staff.guards``).
"""

import datetime as dt
from typing import Any

from django.conf import settings

from kuaiji.common import sessions
from kuaiji.common.clock import CHINA
from kuaiji.common.ids import as_uuid
from kuaiji.staff.models import MemberSession

MEMBER, PROVED = "member", "proved"


class SessionStore(sessions.SessionStore):
    """One session of a member of staff, or of somebody who has not given a right password."""

    row = MemberSession

    @classmethod
    def idle_seconds(cls) -> int:
        """15 minutes: desks stand in open halls (ASVS 7.3)."""
        return settings.STAFF_IDLE_SECONDS

    @classmethod
    def absolute_seconds(cls) -> int:
        """A long day of work."""
        return settings.STAFF_ABSOLUTE_SECONDS

    def owner(self, data: dict[str, Any]) -> dict[str, Any]:
        """The member who has given the password here, and when the second factor was shown last."""
        proved = data.get(PROVED)
        return {
            "member_id": as_uuid(data.get(MEMBER)),
            "proved_at": dt.datetime.fromtimestamp(proved, CHINA) if proved else None,
        }
