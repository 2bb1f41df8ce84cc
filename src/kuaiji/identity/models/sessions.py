"""Sessions, and the browsers people are known in."""

from django.db import models

from kuaiji.common.sessions import SessionRow
from kuaiji.identity.models.people import User


class Session(SessionRow):
    """A session of a person, listed and ended by its owner."""

    user = models.ForeignKey(
        User, null=True, on_delete=models.CASCADE, related_name="sessions", db_comment="pseudonymous"
    )


class KnownBrowser(models.Model):
    """A browser in which a person has signed in; see known_browsers."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="browsers", db_index=False, db_comment="pseudonymous"
    )
    digest = models.BinaryField(db_comment="fingerprint: of the browser's cookie and the user")
    seen_at = models.DateTimeField(db_index=True, db_comment="internal: last sign-in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="known_browser_once")]
