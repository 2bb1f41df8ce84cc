"""Refusals that a save has overtaken: what the exam system may ask about once more."""

from django.db import models
from django.db.models import Q


class RepairCount(models.Model):
    """How many repairs a client was given a number for; its row is locked while they are numbered."""

    client_id = models.UUIDField(primary_key=True, db_comment="internal: examchecks.ExamClient")
    last = models.BigIntegerField(default=0, db_default=0, db_comment="internal: the highest number given")


class Repair(models.Model):
    """A refusal whose verdicts a save has changed since: made in that save, once for each refusal.

    ``number`` is given when the client reads, to rows of transactions that are over alone, so that no smaller one can
    follow (services/repairs.py). ``made_in`` (xid8) is added by the migration.
    """

    check_id = models.UUIDField(primary_key=True, db_comment="internal: examchecks.ExamCheck")
    client_id = models.UUIDField(db_comment="internal: examchecks.ExamClient")
    reference = models.CharField(max_length=64, db_comment="pseudonymous: the caller's own")
    at = models.DateTimeField(db_comment="internal: of the save")
    number = models.BigIntegerField(null=True, db_comment="internal: for after=, null until it is read")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client_id", "number"], name="repair_number_once")]
        indexes = [
            models.Index(fields=["client_id"], name="repair_unnumbered", condition=Q(number=None)),
            models.Index(fields=["at"], name="repair_age"),
        ]
