"""Both directions of the exchange with the national hub (全国平台). The rows are the queues."""

import datetime as dt
import uuid
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Func, Q, Window
from django.db.models.functions import FirstValue, RowNumber

from kuaiji.common.ids import uuid7
from kuaiji.keys.fields import SealedField
from kuaiji.keys.models import PersonKey

_M = TypeVar("_M", bound="QueuedMessage")
FIRST_COME = (F("next_attempt_at").asc(nulls_first=True), "pk")  # what failed last is tried last


def _in_stream(function: Func) -> Window:
    return Window(function, partition_by="stream_id", order_by="pk")


class Waiting(models.QuerySet[_M]):
    """Messages that are still to be dealt with."""

    def open(self) -> Self:
        """Neither done nor given up; parked ones count."""
        return self.filter(done_at=None, dropped_at=None)

    def heads(self, *, now: dt.datetime, limit: int) -> Self:
        """Of every stream the first open one, unless it is parked or not due: whatever stands behind waits for it.

        At most ``limit``, what failed last at the end. One pass over the index, whatever the planner believes about a
        queue that was empty a minute ago: looking for something earlier row by row grew with the square of the backlog.
        """
        heads = self.open().annotate(
            place=_in_stream(RowNumber()),
            stands_still=_in_stream(FirstValue("parked_at")),
            due=_in_stream(FirstValue("next_attempt_at")),
        )
        due = heads.filter(Q(due=None) | Q(due__lte=now), place=1, stands_still=None)
        return self.open().filter(pk__in=list(due.order_by(*FIRST_COME).values_list("pk", flat=True)[:limit]))


class QueuedMessage(models.Model):
    """What both queues have in common. A message that waits for people is parked, and holds back its stream alone."""

    # The default is for rows that older code adds while a new version is rolled out: they go one after the other.
    stream_id = models.UUIDField(db_default=uuid.UUID(int=0), db_comment="pseudonymous: one after the other")
    topic = models.CharField(max_length=60, db_comment="internal")
    digest = models.CharField(max_length=64, blank=True, db_default="", db_comment="internal: what it says")
    done_at = models.DateTimeField(null=True, db_comment="internal: worked through")
    attempts = models.PositiveSmallIntegerField(default=0, db_comment="internal")
    next_attempt_at = models.DateTimeField(null=True, db_comment="internal: not before")
    last_error = models.CharField(max_length=60, blank=True, db_comment="internal: code, never a body")
    parked_at = models.DateTimeField(null=True, db_comment="internal: waits for people")
    dropped_at = models.DateTimeField(null=True, db_comment="internal: people gave it up")
    dropped_reason = models.CharField(max_length=500, blank=True, db_default="", db_comment="internal: why")

    class Meta:
        abstract = True

    @property
    def is_parked(self) -> bool:
        """Whether it waits for people."""
        return self.parked_at is not None and self.done_at is None and self.dropped_at is None


class OutboxMessage(QueuedMessage):
    """One thing to tell, written in the transaction that made it true; its body is rendered at sending."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="public: message id")
    done_at = models.DateTimeField(null=True, db_column="delivered_at", db_comment="internal: answered by the hub")
    subject_id = models.UUIDField(db_comment="pseudonymous: the record, or the transfer")
    version = models.PositiveIntegerField(db_comment="internal: version of the subject it tells")
    wire_version = models.PositiveSmallIntegerField(
        default=1, db_default=1, db_comment="internal: version of the topic in which it is told"
    )
    dedupe_key = models.CharField(max_length=150, unique=True, db_comment="internal")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="internal")
    answer_code = models.CharField(max_length=40, blank=True, db_default="", db_comment="internal: ok, or a refusal")

    objects = Waiting["OutboxMessage"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["stream_id", "id"], name="outbox_stream", condition=Q(done_at=None, dropped_at=None)),
            models.Index(fields=["subject_id", "id"], name="outbox_subject"),
        ]

    @property
    def message_id(self) -> uuid.UUID:
        """Under which the hub knows it."""
        return uuid.UUID(str(self.id))


class InboxMessage(QueuedMessage):
    """One entry of our feed: stored first, answered by asking for the next, worked through once."""

    number = models.PositiveBigIntegerField(primary_key=True, db_comment="internal: its place in our feed, from 1")
    message_id = models.UUIDField(unique=True, db_comment="public: given by its sender")
    received_at = models.DateTimeField(db_comment="internal")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous: one for a stream")
    envelope = SealedField(label="exchange.inbox", db_comment="sealed: as the hub told it")

    objects = Waiting["InboxMessage"].as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.CheckConstraint(name="inbox_from_one", condition=Q(number__gte=1))]
        indexes = [
            models.Index(
                fields=["stream_id", "number"], name="inbox_stream", condition=Q(done_at=None, dropped_at=None)
            )
        ]
