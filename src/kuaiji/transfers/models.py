"""Moving between platforms: applications to leave, what other platforms release to this one, and claims to it."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q, Value

from kuaiji.accountants.models import Record
from kuaiji.attachments.models import Attachment
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.identity.models import Unfinished, User
from kuaiji.keys.fields import SealedJSONField, SealedTextField
from kuaiji.keys.models import PersonKey
from kuaiji.regions.models import Registry
from kuaiji.staff.models import Member
from kuaiji.transfers.enums import InState, OutState, Road
from kuaiji.transfers.workflow import HUB_WORDS, OPEN_IN, OPEN_OUT
from kuaiji_wire.proofs import show_code


def number_of(letters: str, at: dt.datetime, transfer_id: uuid.UUID) -> str:
    """DR-20261130-1A2B3C4D."""
    return f"{letters}-{clock.day_of(at):%Y%m%d}-{str(transfer_id)[-8:].upper()}"


class TransferOut(models.Model):
    """调出, at the origin; its id names the transfer everywhere. ``note`` says why it was refused or given back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="transfers_out", db_comment="pseudonymous"
    )
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    division_code = models.CharField(max_length=12, db_comment="internal: 行政区划 of the record at application")
    destination = models.ForeignKey(Registry, on_delete=models.PROTECT, db_comment="internal: 调入名称")
    destination_division = models.CharField(
        max_length=12, blank=True, db_comment="internal: empty for a platform without divisions"
    )
    reason = SealedTextField(label="transfers.reason", db_comment="sealed: as typed")
    proof = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+", db_comment="pseudonymous")
    state = models.CharField(
        max_length=16, choices=OutState, default=OutState.PENDING_REVIEW, db_comment="internal: 当前状态"
    )
    applied_at = models.DateTimeField(db_comment="internal: 申请时间")
    review_due_at = models.DateTimeField(db_comment="internal: the system decides then")
    reviewed_at = models.DateTimeField(null=True, db_comment="internal")
    findings = models.JSONField(default=list, db_comment="internal: rule, passed and words of each (R5.3)")
    version = models.PositiveIntegerField(null=True, db_comment="internal: version of the record that is released")
    withdrawals = models.PositiveSmallIntegerField(
        default=0, db_comment="internal: how often the hub was asked for 撤回"
    )
    refused_attempts = models.PositiveIntegerField(
        default=0, db_default=0, db_comment="internal: claims that could not prove themselves, as the destination told"
    )
    attempts_at = models.DateTimeField(null=True, db_comment="internal: the last of them")
    attempts_told_at = models.DateTimeField(null=True, db_comment="internal: when the person was told of them last")
    withdraw_asked_at = models.DateTimeField(null=True, db_comment="internal: 撤回 is on its way to the hub")
    hub_changed_at = models.DateTimeField(null=True, db_comment="internal: 全国平台处理时间, null until it answered")
    note = SealedTextField(label="transfers.out_note", null=True, db_comment="sealed: words of a refusal")

    class Meta:
        ordering = ["-applied_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(state__in=OPEN_OUT), name="transfer_out_one_open"),
            models.CheckConstraint(
                name="transfer_out_reviewed",
                condition=Q(reviewed_at__isnull=False)
                | Q(state__in=(OutState.PENDING_REVIEW, OutState.WITHDRAWN), version=None),
            ),
        ]
        indexes = [
            models.Index(F("review_due_at"), name="transfer_out_due", condition=Q(state=OutState.PENDING_REVIEW))
        ]

    @property
    def number(self) -> str:
        """What a bureau calls it: the day in China, and the end of its id."""
        return number_of("DC", self.applied_at, self.pk)

    @property
    def is_open(self) -> bool:
        """Whether it still locks the record."""
        return self.state in OPEN_OUT

    @property
    def hub_words(self) -> str:
        """全国平台处理状态 (R5.4)."""
        return HUB_WORDS[OutState(self.state)] if self.hub_changed_at else "未上报"


class TransferCode(models.Model):
    """One 调转码 of a transfer out, and what the destination was told of it. ``renewal`` 1 goes with the release."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    transfer = models.ForeignKey(TransferOut, on_delete=models.CASCADE, related_name="codes", db_comment="pseudonymous")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    renewal = models.PositiveIntegerField(db_comment="internal: 1 in the release, one more each time")
    code = SealedTextField(
        label="transfers.code", null=True, db_comment="sealed: null once replaced, or the transfer is over"
    )
    proofs = SealedJSONField(label="transfers.proofs", db_comment="sealed: as told, so that it can be told again")
    made_at = models.DateTimeField(db_comment="internal")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "renewal"], name="transfer_code_once"),
            models.CheckConstraint(name="transfer_code_from_one", condition=Q(renewal__gte=1)),
        ]

    @property
    def words(self) -> str:
        """As people read it: two groups of four; empty once it is dead."""
        return show_code(self.code) if self.code else ""


class Release(models.Model):
    """Somebody whom another platform lets go to this one. The archive is the message as it came, in the inbox, sealed
    under a key of its own: nobody here knows yet whose it is. Once it is over, the key is destroyed."""

    id = models.UUIDField(primary_key=True, editable=False, db_comment="pseudonymous: transfer id of the origin")
    message_id = models.UUIDField(unique=True, db_comment="public: the inbox message that brought it")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous: the message's")
    origin = models.ForeignKey(Registry, on_delete=models.PROTECT, db_comment="internal")
    division_code = models.CharField(max_length=12, blank=True, db_comment="internal: 调入地 as the origin was told")
    document_key = models.BinaryField(null=True, db_comment="fingerprint: document of who may come, under key_id")
    document_key_id = models.CharField(max_length=32, blank=True, db_default="", db_comment="internal: key of the ring")
    proofs = SealedJSONField(
        label="transfers.release_proofs", null=True, db_comment="sealed: what proves a claim, the newest that was told"
    )
    arrived_at = models.DateTimeField(db_comment="internal")
    refusal = SealedTextField(label="transfers.refusal", null=True, db_comment="sealed: why it is sent back (R5.4)")
    refusals = models.PositiveSmallIntegerField(default=0, db_comment="internal: how often it was sent back")
    ended_at = models.DateTimeField(null=True, db_comment="internal: received, withdrawn or returned")

    class Meta:
        indexes = [
            models.Index(F("document_key"), name="transfer_release_document", condition=Q(ended_at=None)),
        ]


class RefusedAttempts(models.Model):
    """Claims on a release that could not prove themselves, added up until the origin is told of them as one message.
    ``number`` counts the messages of a release from 1."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="refused", db_comment="pseudonymous: the transfer"
    )
    number = models.PositiveIntegerField(db_comment="internal: 1 for the first message")
    since = models.DateTimeField(db_comment="internal: the first of them")
    until = models.DateTimeField(db_comment="internal: the last of them")
    wrong_codes = models.PositiveIntegerField(default=0, db_comment="internal")
    wrong_divisions = models.PositiveIntegerField(default=0, db_comment="internal")
    is_closed_to_others = models.BooleanField(
        default=False, db_comment="internal: only the bound phone and the bureau are left"
    )
    told_at = models.DateTimeField(null=True, db_comment="internal: the message was queued")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "number"], name="refused_attempts_once"),
            models.UniqueConstraint(fields=["release"], condition=Q(told_at=None), name="refused_attempts_one_open"),
        ]
        indexes = [models.Index(F("since"), name="refused_attempts_untold", condition=Q(told_at=None))]


class TransferIn(models.Model):
    """调入, at the destination: one claim; its id is the claim's on the wire."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous: claim id")
    transfer_id = models.UUIDField(db_comment="pseudonymous: the transfer, named by its origin")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="transfers_in", db_comment="pseudonymous")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    origin = models.ForeignKey(Registry, on_delete=models.PROTECT, db_comment="internal: 调出地")
    division_code = models.CharField(max_length=12, db_comment="internal: 调入地")
    person = SealedJSONField(label="transfers.person", db_comment="sealed: name and document as claimed")
    record_id = models.UUIDField(db_comment="pseudonymous: the record it will be, chosen before it is there")
    credentials = SealedJSONField(
        label="transfers.credentials", null=True,
        db_comment="sealed: proven phone and password hash that an old user gets once received",
    )  # fmt: skip
    phone_known = models.BooleanField(db_comment="internal: the phone was this person's here before")
    road = models.CharField(
        max_length=8, choices=Road, default=Road.BUREAU, db_default=Road.BUREAU, db_comment="internal: what proves it"
    )
    first_member = models.ForeignKey(
        Member, null=True, on_delete=models.PROTECT, related_name="+", db_comment="internal: the first of two people"
    )
    second_member = models.ForeignKey(
        Member, null=True, on_delete=models.PROTECT, related_name="+", db_comment="internal: who agreed"
    )
    reasons = models.JSONField(
        default=list, db_default=Value([], models.JSONField()),
        db_comment="internal: code, words, field, remedy of each as the person was told",
    )  # fmt: skip
    first_reviewer = models.CharField(
        max_length=50, blank=True, db_default="",
        db_comment="personal: name of the first of two, as typed before there were members",
    )  # fmt: skip
    first_reviewed_at = models.DateTimeField(null=True, db_comment="internal")
    front = models.ForeignKey(
        Attachment, null=True, on_delete=models.PROTECT, related_name="+",
        db_comment="pseudonymous: picture of the document, which the bureau compares",
    )  # fmt: skip
    back = models.ForeignKey(
        Attachment, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pseudonymous: its other side"
    )
    pictures_at = models.DateTimeField(null=True, db_comment="internal: when these pictures were sent last")
    state = models.CharField(max_length=16, choices=InState, default=InState.CLAIMING, db_comment="internal")
    claimed_at = models.DateTimeField(db_comment="internal")
    review_due_at = models.DateTimeField(null=True, db_comment="internal: set once the hub has taken the claim")
    reviewed_at = models.DateTimeField(null=True, db_comment="internal")
    findings = models.JSONField(default=list, db_comment="internal: rule, passed and words of each")
    hub_changed_at = models.DateTimeField(null=True, db_comment="internal: the hub's last word")
    note = SealedTextField(label="transfers.in_note", null=True, db_comment="sealed: words of a refusal")

    class Meta:
        ordering = ["-claimed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state__in=OPEN_IN), name="transfer_in_one_open"),
            models.UniqueConstraint(
                fields=["transfer_id"], condition=Q(state__in=OPEN_IN), name="transfer_in_one_claim"
            ),
            models.CheckConstraint(
                name="transfer_in_by_two_who_differ",
                condition=Q(first_member=None, second_member=None)
                | Q(first_member__isnull=False, second_member__isnull=False) & ~Q(first_member=F("second_member")),
            ),
            models.CheckConstraint(
                name="transfer_in_due", condition=~Q(state=InState.UNDER_REVIEW) | Q(review_due_at__isnull=False)
            ),
        ]
        indexes = [models.Index(F("review_due_at"), name="transfer_in_due_at", condition=Q(state=InState.UNDER_REVIEW))]

    @property
    def number(self) -> str:
        """What a bureau calls it: the day in China, and the end of its id."""
        return number_of("DR", self.claimed_at, self.pk)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.state in OPEN_IN

    @property
    def is_proven(self) -> bool:
        """Whether it is the person's by what the release says, and no bureau has to know them."""
        return self.road != Road.BUREAU


class ClaimDraft(Unfinished):
    """Somebody on the way to a claim: 验证信息, then 确认调入. ``claim`` is what it became, so that the last button
    pressed twice works once."""

    answers = SealedJSONField(label="transfers.claim_draft", owner=None, db_comment="sealed: everything typed so far")
    claim = models.OneToOneField(
        TransferIn, null=True, on_delete=models.CASCADE, related_name="+", db_comment="pseudonymous: set when confirmed"
    )
