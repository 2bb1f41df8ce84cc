"""A change of name that waits for the identity check (R4.2, docs/adr/0054)."""

from django.db import models
from django.db.models import F, Q

from kuaiji.accountants.models import Record
from kuaiji.changes.enums import NameState
from kuaiji.common.ids import uuid7
from kuaiji.keys.fields import SealedTextField
from kuaiji.keys.models import PersonKey


class WaitingName(models.Model):
    """Another name with reason and proof, of which nobody has said yet that it is right. Nothing of the record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+", db_comment="pseudonymous")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    state = models.CharField(max_length=20, choices=NameState, db_comment="internal")
    name = SealedTextField(label="changes.name", db_comment="sealed: the name asked for")
    reason = SealedTextField(label="changes.reason", db_comment="sealed: why, as typed")
    proof_id = models.UUIDField(db_comment="pseudonymous: the picture that proves it")
    words = models.CharField(max_length=200, blank=True, db_comment="internal: why it was not applied")
    made_at = models.DateTimeField(db_comment="internal")
    attempts = models.PositiveSmallIntegerField(default=1, db_comment="internal")
    next_attempt_at = models.DateTimeField(null=True, db_comment="internal: null when it is decided")
    decided_at = models.DateTimeField(null=True, db_comment="internal: null while it waits")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(state=NameState.WAITING), name="name_one_waiting"),
            models.CheckConstraint(
                name="name_asked_while_waiting",
                condition=Q(state=NameState.WAITING, next_attempt_at__isnull=False, decided_at__isnull=True)
                | (~Q(state=NameState.WAITING) & Q(next_attempt_at__isnull=True, decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(F("next_attempt_at"), name="name_due", condition=Q(next_attempt_at__isnull=False))]
