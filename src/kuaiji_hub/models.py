"""What the hub keeps: platforms and keys, who holds whom, transfers, every message, a feed for each platform."""

import functools
import uuid

from django.db import models
from django.db.models import F, Q

from kuaiji.common.ids import uuid7
from kuaiji.common.keyring import Box
from kuaiji_hub.rules import DEADLINES
from kuaiji_hub.sealing import FOLDING, ring
from kuaiji_wire.answers import TransferState
from kuaiji_wire.shapes import PlatformName

OPEN = tuple(DEADLINES)
WITH_CLAIM = (TransferState.CLAIMED, TransferState.RECEIVED)


class Platform(models.Model):
    """归口平台: one of the platforms that exchange through the hub (财办会〔2018〕28号)."""

    code = models.CharField(max_length=6, primary_key=True, db_comment="public")
    name = models.CharField(max_length=50, db_comment="public")
    division_code = models.CharField(max_length=6, blank=True, db_comment="public: empty when it has no divisions")
    is_active = models.BooleanField(default=True, db_comment="internal: may speak, and people may go there")
    reads = models.PositiveSmallIntegerField(
        default=1, db_default=1, db_comment="internal: newest version of the wire that it reads"
    )
    feed_number = models.PositiveBigIntegerField(default=0, db_comment="internal: last number of its feed")
    feed_collected = models.PositiveBigIntegerField(default=0, db_comment="internal: it has all up to here")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="collected_is_told", condition=Q(feed_collected__lte=F("feed_number"))),
        ]

    @property
    def title(self) -> PlatformName:
        """As answers name it."""
        return PlatformName(code=self.code, name=self.name)

    @property
    def division_prefix(self) -> str:
        """How the codes of its divisions begin: 44 for 广东省, 4403 for 深圳市; empty without divisions."""
        return self.division_code[:2] if self.division_code.endswith("0000") else self.division_code[:4]


class DataKeyQuerySet(models.QuerySet["DataKey"]):
    def make(self) -> "DataKey":
        """A fresh key, stored wrapped."""
        key_id = uuid7()
        wrapping_key, wrapped = ring().new_person_key(key_id)
        return self.create(id=key_id, wrapping_key=wrapping_key, wrapped=wrapped)


class DataKey(models.Model):
    """What a person's messages are sealed under; messages about nobody known, and the hub's keys, have their own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="public: random")
    wrapping_key = models.CharField(max_length=32, db_comment="internal: which key of the ring wraps this one")
    wrapped = models.BinaryField(db_comment="secret: the data key, sealed")

    objects = DataKeyQuerySet.as_manager()

    @functools.cached_property
    def box(self) -> Box:
        return ring().open_person_key(uuid.UUID(str(self.id)), self.wrapping_key, bytes(self.wrapped))


class SigningKey(models.Model):
    """An Ed25519 key by its id: a platform's public one, or one of the hub's own with its sealed private part."""

    id = models.CharField(max_length=47, primary_key=True, db_comment="public: such as 440000:2026-1 or hub:2026-1")
    platform = models.ForeignKey(
        Platform, null=True, on_delete=models.PROTECT, related_name="keys", db_comment="public: null for the hub's own"
    )
    public_key = models.CharField(max_length=44, db_comment="public: 32 bytes in base64")
    private_key = models.BinaryField(null=True, db_comment="sealed: the hub's own only")
    data_key = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT, db_comment="internal")
    valid_from = models.DateTimeField(db_comment="internal")
    valid_until = models.DateTimeField(null=True, db_comment="internal: the end foreseen, or when it was revoked")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="private_only_of_the_hub",
                condition=Q(platform=None, private_key__isnull=False, data_key__isnull=False)
                | Q(platform__isnull=False, private_key=None, data_key=None),
            )
        ]


class SignedMessage(models.Model):
    """Every message as it was signed, with its answer. Rows are only ever added.

    The hub's own messages have no sender and no answer; they are signed as if the hub had posted them to itself.
    """

    id = models.UUIDField(primary_key=True, editable=False, db_comment="public: given by the sender")
    sender = models.ForeignKey(Platform, null=True, on_delete=models.PROTECT, db_comment="public: null for the hub")
    signing_key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+", db_comment="public")
    topic = models.CharField(max_length=60, db_comment="internal")
    version = models.PositiveSmallIntegerField(db_comment="internal")
    subject_id = models.UUIDField(db_comment="pseudonymous: the sender's record, or the transfer")
    digest = models.CharField(max_length=64, db_comment="internal: of what it says, however it was written")
    url = models.TextField(db_comment="internal: as signed")
    headers = models.JSONField(db_comment="internal: signature and content digest")
    body = models.BinaryField(db_comment="sealed: the bytes that came")
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, db_comment="pseudonymous: whose it is")
    received_at = models.DateTimeField(db_comment="internal")
    code = models.CharField(max_length=40, db_comment="internal: ok, or why it was refused")
    answer = models.TextField(null=True, db_comment="pseudonymous: ids and platforms")
    answer_key = models.ForeignKey(
        SigningKey, null=True, on_delete=models.PROTECT, related_name="+", db_comment="public"
    )
    answer_headers = models.JSONField(null=True, db_comment="internal: signature of the first answer")

    class Meta:
        db_table = "kuaiji_hub_message"  # from before the model had this name
        constraints = [
            models.CheckConstraint(
                name="platforms_are_answered",
                condition=Q(sender=None, answer=None, answer_key=None, answer_headers=None)
                | Q(sender__isnull=False, answer__isnull=False, answer_key__isnull=False, answer_headers__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["subject_id", "received_at"], name="message_of_subject"),
            models.Index(fields=["sender", "id"], name="message_of_sender"),
        ]

    LABEL = "hub.message"

    @property
    def plain_body(self) -> bytes:
        """The bytes that came. Raises SealBroken when they are not exactly those."""
        return self.data_key.box.unseal(bytes(self.body), self.LABEL, uuid.UUID(str(self.id)))


class Person(models.Model):
    """Who is held, by one platform and no other. A row is a person for good: its holder changes, never ends."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="public: random")
    data_key = models.OneToOneField(DataKey, on_delete=models.PROTECT, db_comment="internal")
    holder = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="people", db_comment="internal")
    held_since = models.DateTimeField(db_comment="internal")
    record_id = models.UUIDField(db_comment="pseudonymous: the record at the holder")
    version = models.PositiveIntegerField(null=True, db_comment="internal: newest of that record; null before a report")
    made_at = models.DateTimeField(null=True, db_comment="internal: when that version was made")
    report = models.ForeignKey(
        SignedMessage, null=True, on_delete=models.PROTECT, related_name="+", db_comment="internal: the newest archive"
    )
    name_key = models.CharField(max_length=32, db_comment="internal: key of the next column")
    name_digest = models.BinaryField(db_comment="fingerprint: of the folded name")
    name_folding = models.PositiveSmallIntegerField(
        default=FOLDING, db_default=1, db_comment="internal: rule by which the name was folded (docs/wire.md)"
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="one_person_a_record", fields=["holder", "record_id"])]


class Fingerprint(models.Model):
    """The document of a person, as a blind index under one key."""

    fingerprint = models.BinaryField(max_length=32, primary_key=True, db_comment="fingerprint: document")
    key_id = models.CharField(max_length=32, db_comment="internal: which key of the ring made it")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="fingerprints", db_comment="pseudonymous")


class Transfer(models.Model):
    """跨省调转: one person on the way from one platform to another."""

    id = models.UUIDField(primary_key=True, editable=False, db_comment="public: given by the origin")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="transfers", db_comment="pseudonymous")
    origin = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+", db_comment="internal")
    destination = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+", db_comment="internal")
    destination_division = models.CharField(max_length=12, null=True, db_comment="internal: as applied for")
    state = models.CharField(max_length=10, db_comment="internal", choices=[(s.value, s.value) for s in TransferState])
    claim_id = models.UUIDField(null=True, db_comment="public: given by the destination")
    released_at = models.DateTimeField(db_comment="internal")
    changed_at = models.DateTimeField(db_comment="internal: since then in this state")
    deadline_at = models.DateTimeField(null=True, db_comment="internal: then the hub moves it on")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_open_transfer", fields=["person"], condition=Q(state__in=OPEN)),
            models.CheckConstraint(name="transfer_goes_elsewhere", condition=~Q(origin=F("destination"))),
            models.CheckConstraint(name="transfer_state", condition=Q(state__in=list(TransferState))),
            models.CheckConstraint(
                name="claimed_by_a_claim",
                condition=Q(state__in=WITH_CLAIM, claim_id__isnull=False)
                | (~Q(state__in=WITH_CLAIM) & Q(claim_id__isnull=True)),
            ),
            models.CheckConstraint(
                name="open_until_a_deadline",
                condition=Q(state__in=OPEN, deadline_at__isnull=False)
                | (~Q(state__in=OPEN) & Q(deadline_at__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["deadline_at"], name="transfer_deadline", condition=Q(state__in=OPEN))]


class FeedEntry(models.Model):
    """One thing a platform is told. Only grows; numbers have no gaps."""

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="feed", db_comment="internal")
    number = models.PositiveBigIntegerField(db_comment="internal: its place, from 1")
    message = models.ForeignKey(SignedMessage, on_delete=models.PROTECT, related_name="+", db_comment="internal")
    told_at = models.DateTimeField(db_comment="internal")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="feed_number", fields=["platform", "number"]),
            models.CheckConstraint(name="feed_from_one", condition=Q(number__gte=1)),
        ]


class Difference(models.Model):
    """A record about which a platform and the hub disagree; gone when the platform is told ok."""

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+", db_comment="internal")
    record_id = models.UUIDField(db_comment="pseudonymous: the record at that platform")
    code = models.CharField(max_length=40, db_comment="internal: why it was refused")
    since = models.DateTimeField(db_comment="internal")
    message = models.ForeignKey(
        SignedMessage, on_delete=models.PROTECT, related_name="+", db_comment="internal: the newest"
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="one_difference_a_record", fields=["platform", "record_id"])]


class DayCount(models.Model):
    """How often a platform did something on one day: what has a quota, and what was refused by its code."""

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+", db_comment="internal")
    day = models.DateField(db_comment="internal: of China")
    kind = models.CharField(max_length=40, db_comment="internal: a quota, or the code of a refusal")
    count = models.PositiveIntegerField(default=0, db_comment="internal")
    most = models.PositiveIntegerField(null=True, db_comment="internal: of a quota, as reckoned with its first use")

    class Meta:
        constraints = [models.UniqueConstraint(name="one_count_a_day", fields=["platform", "day", "kind"])]


class Announcement(models.Model):
    """What a platform announced: until a day it may do something more often. Made by the hub's operators."""

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+", db_comment="internal")
    kind = models.CharField(max_length=40, db_comment="internal: a quota")
    most = models.PositiveIntegerField(db_comment="internal: a day")
    until = models.DateField(db_comment="internal: the last day, of China")
    reason = models.CharField(max_length=200, db_comment="internal: why, and who agreed")
    made_at = models.DateTimeField(db_comment="internal")


class Nonce(models.Model):
    """A signature that was used; forgotten once it would be too old anyway."""

    key_id = models.CharField(max_length=47, db_comment="public")
    nonce = models.CharField(max_length=64, db_comment="internal")
    expires_at = models.DateTimeField(db_index=True, db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(name="nonce_once", fields=["key_id", "nonce"])]
