"""What proves, beside the password, who somebody is."""

from django.db import models
from django.db.models import Q

from kuaiji.common.ids import uuid7
from kuaiji.keys.fields import SealedField
from kuaiji.keys.models import PersonKey
from kuaiji.staff.enums import FactorKind
from kuaiji.staff.models.members import Member


class Factor(models.Model):
    """A second factor of a member: a secret of one-time codes (RFC 6238), or the public key of a passkey (WebAuthn)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous: of staff")
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="factors", db_comment="pseudonymous: of staff"
    )
    data_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="internal: the member's")
    kind = models.CharField(max_length=10, choices=FactorKind, db_comment="internal")
    label = models.CharField(max_length=40, db_comment="internal: what its owner calls it")
    secret = SealedField(
        label="staff.factor", owner="data_key", db_comment="sealed: base32 secret of the codes, or public key"
    )
    last_step = models.BigIntegerField(null=True, db_comment="internal: of the last code taken; each counts once")
    credential = models.BinaryField(null=True, unique=True, db_comment="internal: id of the passkey")
    sign_count = models.BigIntegerField(default=0, db_comment="internal: of the passkey, must grow where it counts")
    created_at = models.DateTimeField(db_comment="internal")
    last_used_at = models.DateTimeField(null=True, db_comment="internal")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="staff_factor_passkey_has_an_id",
                condition=Q(kind=FactorKind.PASSKEY, credential__isnull=False)
                | Q(kind=FactorKind.TOTP, credential__isnull=True),
            ),
        ]


class RecoveryCode(models.Model):
    """A code for the day when the second factor is lost; shown once, taken once."""

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="recovery_codes", db_comment="pseudonymous: of staff"
    )
    digest = models.BinaryField(db_comment="fingerprint: of the code and its member, under key of the ring")
    used_at = models.DateTimeField(null=True, db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "digest"], name="staff_recovery_code_once")]
