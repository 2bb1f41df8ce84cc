"""What people are told: a message in their inbox, its way on each channel, and what they would rather not be sent."""

from django.db import models
from django.db.models import Q

from kuaiji.common.ids import uuid7
from kuaiji.keys.fields import SealedTextField
from kuaiji.keys.models import PersonKey
from kuaiji.messages.enums import Channel, DeliveryState, MessageClass
from kuaiji.sms.models import OutgoingSms


class MessageQuerySet(models.QuerySet["Message"]):
    """How messages are found."""

    def unread(self) -> "MessageQuerySet":
        """Those nobody has opened the inbox for."""
        return self.filter(read_at=None)


class Message(models.Model):
    """One message to one person: made once for an event and ``once``. Of somebody who is gone by then only that it was
    made is kept, without words and owner."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    person_key = models.ForeignKey(
        PersonKey, null=True, on_delete=models.PROTECT, db_index=False, db_comment="pseudonymous"
    )
    event = models.CharField(max_length=40, db_comment="internal: of messages.catalogue")
    once = models.CharField(max_length=120, db_comment="internal: what it is about, made of ids")
    subject_id = models.UUIDField(null=True, db_comment="pseudonymous: what it is about, to see whether it still holds")
    words_version = models.PositiveSmallIntegerField(db_comment="internal: wording in the profile")
    words = SealedTextField(label="messages.words", null=True, db_comment="sealed: as the person reads it")
    made_at = models.DateTimeField(db_comment="internal")
    useful_until = models.DateTimeField(db_comment="internal: not sent after that")
    read_at = models.DateTimeField(null=True, db_comment="internal: the inbox was opened")

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "once"], name="message_once"),
            models.CheckConstraint(
                name="message_words_are_somebodys",
                condition=Q(person_key__isnull=True, words__isnull=True)
                | Q(person_key__isnull=False, words__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["person_key", "-made_at"], name="message_inbox"),
            models.Index(fields=["person_key"], name="message_unread", condition=Q(read_at=None)),
            models.Index(fields=["event", "made_at"], name="message_made_today"),
            models.Index(fields=["made_at"], name="message_made"),
        ]


class Delivery(models.Model):
    """The way of a message on one channel."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="deliveries", db_index=False, db_comment="internal"
    )
    channel = models.CharField(max_length=10, choices=Channel, db_comment="internal")
    state = models.CharField(max_length=10, choices=DeliveryState, db_comment="internal")
    reason = models.CharField(max_length=60, blank=True, db_comment="internal: code")
    parameters = models.JSONField(null=True, db_comment="pseudonymous: dates of a reminder, until it is sent")
    due_at = models.DateTimeField(db_comment="internal: goes out from then on")
    changed_at = models.DateTimeField(db_comment="internal")
    sms = models.OneToOneField(
        OutgoingSms, null=True, on_delete=models.SET_NULL, related_name="+", db_comment="internal: that carries it"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "channel"], name="delivery_once_a_channel")]
        indexes = [models.Index(fields=["due_at"], name="delivery_due", condition=Q(state=DeliveryState.PLANNED))]


class Unwanted(models.Model):
    """A class of messages that a person does not want on the phone; they are in the inbox all the same."""

    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_index=False, db_comment="pseudonymous")
    message_class = models.CharField(max_length=10, choices=MessageClass, db_comment="internal")
    since = models.DateTimeField(db_comment="internal")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_key", "message_class"], name="unwanted_once"),
            models.CheckConstraint(name="unwanted_not_a_must", condition=~Q(message_class=MessageClass.MUST)),
        ]


class ReminderPlace(models.Model):
    """How far the search for people to remind has come: it goes on from there, whichever worker does."""

    round = models.CharField(max_length=80, primary_key=True, db_comment="internal: event, and of which case")
    moment = models.DateTimeField(db_comment="internal: of the last person looked at")
    subject_id = models.UUIDField(db_comment="pseudonymous: of the last person looked at")


class StoppedMessage(models.Model):
    """An event that an operator has stopped: none is made, none that waits goes out."""

    event = models.CharField(max_length=40, primary_key=True, db_comment="internal: of messages.catalogue")
    stopped_at = models.DateTimeField(db_comment="internal")
    stopped_by = models.CharField(max_length=50, db_comment="personal: name of staff")
