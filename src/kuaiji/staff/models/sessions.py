"""Sessions of staff."""

from django.db import models

from kuaiji.common.sessions import SessionRow
from kuaiji.staff.models.members import Member


class MemberSession(SessionRow):
    """A session of a member of staff. Until ``proved_at`` only the password was right: nothing opens but the second
    factor."""

    member = models.ForeignKey(
        Member, null=True, on_delete=models.CASCADE, related_name="sessions", db_comment="pseudonymous: of staff"
    )
    proved_at = models.DateTimeField(null=True, db_comment="internal: the second factor was shown last")
