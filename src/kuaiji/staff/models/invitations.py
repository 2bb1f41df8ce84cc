"""Invitations: the only way in for somebody new."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kuaiji.common.ids import uuid7
from kuaiji.regions.models import FinanceBureau
from kuaiji.staff.enums import Role
from kuaiji.staff.models.members import Member


class Invitation(models.Model):
    """Lets one person become a member, with these roles at this bureau, by a secret that is told once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    digest = models.BinaryField(unique=True, db_comment="fingerprint: of the secret, under key of the ring")
    bureau = models.ForeignKey(FinanceBureau, on_delete=models.PROTECT, db_comment="internal")
    roles = ArrayField(models.CharField(max_length=10, choices=Role), db_comment="internal: Role, of one group")
    invited_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="invitations",
        db_comment="pseudonymous: of staff; null is by command")  # fmt: skip
    made_at = models.DateTimeField(db_comment="internal")
    expires_at = models.DateTimeField(db_index=True, db_comment="internal")
    used_at = models.DateTimeField(null=True, db_comment="internal")
