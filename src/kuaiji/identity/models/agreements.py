"""The texts people were shown."""

from django.db import models

from kuaiji.identity.enums import TextKey
from kuaiji.identity.models.people import User


class Agreement(models.Model):
    """Which version of a text a person was shown and went on with."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="agreements", db_index=False, db_comment="pseudonymous"
    )
    text = models.CharField(max_length=16, choices=TextKey, db_comment="internal")
    version = models.CharField(max_length=20, db_comment="internal")
    at = models.DateTimeField(db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "text", "version"], name="agreement_once")]
