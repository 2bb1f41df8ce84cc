"""What other systems were asked about a person."""

from django.db import models
from django.db.models import F, Q

from kuaiji.common.ids import uuid7
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models.people import User


class Check(models.Model):
    """A question to another system about a person: asked at the door, asked again later if nobody answered (R1.4)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="checks", db_index=False, db_comment="pseudonymous"
    )
    kind = models.CharField(max_length=10, choices=CheckKind, db_comment="internal")
    outcome = models.CharField(max_length=20, choices=CheckOutcome, db_comment="internal")
    holder_code = models.CharField(max_length=6, blank=True, db_comment="internal: the registry that holds the person")
    holder_name = models.CharField(max_length=40, blank=True, db_comment="internal")
    attempts = models.PositiveSmallIntegerField(default=0, db_comment="internal")
    next_attempt_at = models.DateTimeField(null=True, db_comment="internal")
    checked_at = models.DateTimeField(null=True, db_comment="internal")
    settled_at = models.DateTimeField(
        null=True, db_comment="internal: a bureau has found out how the contradiction comes about"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="check_once_per_kind"),
            models.CheckConstraint(
                name="check_pending_has_next",
                condition=Q(outcome=CheckOutcome.PENDING, next_attempt_at__isnull=False)
                | (~Q(outcome=CheckOutcome.PENDING) & Q(next_attempt_at__isnull=True, checked_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="check_settled_is_a_conflict",
                condition=Q(settled_at=None) | Q(outcome=CheckOutcome.CONFLICT),
            ),
        ]
        indexes = [models.Index(F("next_attempt_at"), name="check_due", condition=Q(next_attempt_at__isnull=False))]
