"""What a bureau must decide, and what somebody without a phone has typed so far."""

from django.db import models
from django.db.models import F, Q, Value

from kuaiji.applications.enums import BY_STAFF, ApplicationKind, ApplicationState, CorrectionField
from kuaiji.cases.rules import LONGEST_WORDS
from kuaiji.common.ids import uuid7
from kuaiji.identity.models import Unfinished, User
from kuaiji.keys.fields import SealedJSONField
from kuaiji.keys.models import PersonKey
from kuaiji.staff.models import Member


class Application(models.Model):
    """申请. A correction is sealed under its person's key; who lost a phone is not known to be anybody, so that request
    has a key of its own, and ``user`` only once a user of this document and name was found."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    kind = models.CharField(max_length=12, choices=ApplicationKind, db_comment="internal")
    state = models.CharField(
        max_length=10, choices=ApplicationState, default=ApplicationState.SUBMITTED, db_comment="internal"
    )
    reference_number = models.CharField(max_length=24, unique=True, db_comment="pseudonymous: 申请编号")
    user = models.ForeignKey(
        User,
        null=True,
        on_delete=models.SET_NULL,
        related_name="applications",
        db_comment="pseudonymous: whom it concerns",
    )
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    field = models.CharField(
        max_length=10, blank=True, choices=CorrectionField, db_comment="internal: what a correction is about"
    )
    details = SealedJSONField(label="requests.details", db_comment="sealed: what was typed, ids of the proofs")
    document_fingerprint = models.BinaryField(null=True, db_comment="fingerprint: document of who lost a phone")
    phone_fingerprint = models.BinaryField(null=True, db_comment="fingerprint: their new phone")
    submitted_at = models.DateTimeField(db_comment="internal")
    due_on = models.DateField(db_comment="internal: the bureau decides by then")
    owner_told_at = models.DateTimeField(null=True, db_comment="internal: when the bound phone was told")
    begun_member = models.ForeignKey(
        Member,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_comment="internal: who of the bureau began it",
    )
    first_member = models.ForeignKey(
        Member, null=True, on_delete=models.PROTECT, related_name="+", db_comment="internal: the first of two people"
    )
    decided_member = models.ForeignKey(
        Member, null=True, on_delete=models.PROTECT, related_name="+", db_comment="internal: who decided, or agreed"
    )
    first_reviewer = models.CharField(
        max_length=50,
        blank=True,
        db_default="",
        db_comment="internal: 初审 by, a name typed before there were members",
    )
    first_reviewed_at = models.DateTimeField(null=True, db_comment="internal")
    decided_by = models.CharField(
        max_length=50, blank=True, db_default="", db_comment="internal: decision by, a name as typed, the same"
    )
    decided_at = models.DateTimeField(null=True, db_comment="internal")
    reasons = models.JSONField(
        default=list, db_default=Value([], models.JSONField()),
        db_comment="internal: code, words, field, remedy of each as the person was told",
    )  # fmt: skip
    reason = models.CharField(
        max_length=LONGEST_WORDS, blank=True, db_comment="internal: staff's own words, shown to the person"
    )

    class Meta:
        db_table = "requests_bureaurequest"  # from before the model had this name
        ordering = ["-submitted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "field"],
                condition=Q(kind=ApplicationKind.CORRECTION, state=ApplicationState.SUBMITTED),
                name="request_open_once_per_field",
            ),
            # Another phone may claim the same person: a stranger's request must not keep the owner's out.
            models.UniqueConstraint(
                fields=["document_fingerprint", "phone_fingerprint"],
                condition=Q(kind=ApplicationKind.PHONE_LOST, state=ApplicationState.SUBMITTED),
                name="request_open_once_per_phone",
            ),
            models.CheckConstraint(
                name="request_of_its_kind",
                condition=Q(
                    kind=ApplicationKind.CORRECTION,
                    field__in=CorrectionField.values,
                    document_fingerprint=None,
                    phone_fingerprint=None,
                )
                | Q(
                    kind=ApplicationKind.PHONE_LOST,
                    field="",
                    document_fingerprint__isnull=False,
                    phone_fingerprint__isnull=False,
                )
                | Q(kind__in=BY_STAFF, field="", document_fingerprint=None, phone_fingerprint=None),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(kind__in=BY_STAFF, state=ApplicationState.SUBMITTED),
                name="request_by_staff_open_once",
            ),
            # Who began it is neither of the two who agree.
            models.CheckConstraint(
                name="request_by_staff_by_three",
                condition=~Q(kind__in=BY_STAFF)
                | (
                    Q(begun_member__isnull=False)
                    & (
                        ~Q(state=ApplicationState.APPROVED)
                        | (
                            Q(first_member__isnull=False, decided_member__isnull=False)
                            & ~Q(begun_member=F("first_member"))
                            & ~Q(begun_member=F("decided_member"))
                        )
                    )
                ),
            ),
            models.CheckConstraint(
                name="request_decided_with_its_state",
                condition=Q(state=ApplicationState.SUBMITTED, decided_at=None)
                | (~Q(state=ApplicationState.SUBMITTED) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="request_refused_for_a_reason",
                condition=~Q(state=ApplicationState.REFUSED) | ~Q(reason="") | ~Q(reasons=[]),
            ),
            models.CheckConstraint(
                name="request_by_two_who_differ",
                condition=Q(first_member=None) | Q(decided_member=None) | ~Q(first_member=F("decided_member")),
            ),
            # Before there were members two names stood for two people.
            models.CheckConstraint(
                name="request_correction_by_two",
                condition=~Q(kind=ApplicationKind.CORRECTION, state=ApplicationState.APPROVED)
                | Q(first_member__isnull=False, decided_member__isnull=False)
                | ~Q(first_reviewer=""),
            ),
        ]
        indexes = [
            models.Index(
                F("due_on"), F("submitted_at"), name="request_open", condition=Q(state=ApplicationState.SUBMITTED)
            )
        ]


class PhoneLostDraft(Unfinished):
    """Somebody without the phone on the way to a request; ``application`` is what it became, so that the last button
    pressed twice works once."""

    answers = SealedJSONField(label="requests.phone_lost", owner=None, db_comment="sealed: everything typed so far")
    application = models.OneToOneField(
        Application,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_column="request_id",
        db_comment="pseudonymous: set when sent",
    )
