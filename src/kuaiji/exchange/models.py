"""What waits to be told to the national platform. The row is the queue; its body is rendered at sending."""

from django.db import models

from kuaiji.common.ids import uuid7


class OutboxMessage(models.Model):
    """One thing to tell, written in the transaction that made it true."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="public: message id")
    topic = models.CharField(max_length=40, db_comment="internal")
    subject_id = models.UUIDField(db_comment="pseudonymous: the record")
    version = models.PositiveIntegerField(db_comment="internal: version of the record it reports")
    dedupe_key = models.CharField(max_length=100, unique=True, db_comment="internal")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="internal")
    delivered_at = models.DateTimeField(null=True, db_comment="internal")
    attempts = models.PositiveSmallIntegerField(default=0, db_comment="internal")
    next_attempt_at = models.DateTimeField(null=True, db_comment="internal")
    last_error = models.CharField(max_length=60, blank=True, db_comment="internal: code, never a body")

    class Meta:
        indexes = [
            models.Index(
                fields=["subject_id", "id"], name="outbox_waiting", condition=models.Q(delivered_at__isnull=True)
            )
        ]
