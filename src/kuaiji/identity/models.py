"""Who may sign in, and how they are found without their numbers in the clear."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from kuaiji.common.ids import uuid7
from kuaiji.common.sessions import SessionRow
from kuaiji.identity.enums import CheckKind, CheckOutcome, CodePurpose, FingerprintKind, TextKey
from kuaiji.keys.fields import SealedJSONField, SealedTextField
from kuaiji.keys.models import PersonKey
from kuaiji.sms.models import Message

PEOPLE_PER_PHONE = 3
DOCUMENT_TYPES = (*(f"{number:02}" for number in range(1, 12)), "99")  # document_types.csv


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: Any) -> "User":
        return self.select_related("person_key").get(pk=username)


class User(AbstractBaseUser):
    """登录用户: one person on this platform (R2.3)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    person_key = models.OneToOneField(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    name = models.CharField(max_length=50, db_index=True, db_comment="personal: plain, searched by bureaux (ADR)")
    document_type = models.CharField(max_length=2, db_comment="internal")
    document_country = models.CharField(max_length=3, blank=True, db_comment="internal: issuer of a foreign passport")
    document_number = SealedTextField(label="identity.document_number", db_comment="sealed: document number")
    phone = SealedTextField(label="identity.phone", db_comment="sealed: mobile number")
    password = models.CharField(max_length=255, db_comment="secret: Argon2id hash")
    last_login = models.DateTimeField(null=True, db_comment="internal")
    is_active = models.BooleanField(default=True, db_comment="internal")
    joined_at = models.DateTimeField(auto_now_add=True, db_comment="internal")
    closed_at = models.DateTimeField(null=True, db_comment="internal: 注销 by the person; the record stays")
    works_in_accounting = models.BooleanField(db_comment="internal: first question of registration")
    holds_qualification = models.BooleanField(db_comment="internal: second question of registration")

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_document_type", condition=Q(document_type__in=DOCUMENT_TYPES)),
            # A foreign passport is known by its number and the country that issued it (R2.3).
            models.CheckConstraint(
                name="user_passport_country",
                condition=(Q(document_type="04") & ~Q(document_country=""))
                | (~Q(document_type="04") & Q(document_country="")),
            ),
            models.CheckConstraint(name="user_closed_is_out", condition=Q(closed_at=None) | Q(is_active=False)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Fingerprint(models.Model):
    """A blind index. ``slot`` lets the database say how many people may share a value: a document one, a number typed
    without its type three, a phone three."""

    kind = models.CharField(max_length=10, choices=FingerprintKind, db_comment="internal")
    fingerprint = models.BinaryField(db_comment="fingerprint: HMAC under key_id")
    slot = models.PositiveSmallIntegerField(default=1, db_comment="internal: 1 to 3")
    key_id = models.CharField(max_length=32, db_comment="internal: key of the ring")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="fingerprints", db_comment="pseudonymous")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "fingerprint", "slot"], name="fingerprint_slot"),
            models.UniqueConstraint(fields=["user", "kind", "key_id"], name="fingerprint_once_per_user"),
            models.CheckConstraint(
                name="fingerprint_slots",
                condition=Q(slot=1) | (Q(slot__range=(2, PEOPLE_PER_PHONE)) & ~Q(kind=FingerprintKind.DOCUMENT)),
            ),
        ]


class Unfinished(models.Model):
    """What somebody who is not signed in has typed so far: lives 30 minutes, its id in the session (R2.1)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="internal")
    expires_at = models.DateTimeField(db_index=True, db_comment="internal")

    class Meta:
        abstract = True


class Registration(Unfinished):
    """A person on the way to a user; ``user`` is who it became, so that the last button pressed twice works once."""

    answers = SealedJSONField(label="identity.registration", owner=None, db_comment="sealed: everything typed so far")
    user = models.ForeignKey(
        User, null=True, on_delete=models.CASCADE, related_name="+", db_comment="pseudonymous: set when finished"
    )


class Recovery(Unfinished):
    """A forgotten password; ``user`` may be given a new one, and is set once the phone is proven."""

    answers = SealedJSONField(label="identity.recovery", owner=None, db_comment="sealed: everything typed so far")
    user = models.ForeignKey(
        User, null=True, on_delete=models.CASCADE, related_name="+", db_comment="pseudonymous: set when proven"
    )


class PhoneChange(Unfinished):
    """更换手机号: first the bound phone is proven, then the new one. Belongs to one session, which keeps its id."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_comment="pseudonymous")
    answers = SealedJSONField(label="identity.phone_change", owner=None, db_comment="sealed: phones typed and proven")
    finished_at = models.DateTimeField(null=True, db_comment="internal: the phone was changed")


class SmsCode(models.Model):
    """短信验证码: bound to a purpose, a phone and the unfinished form it was asked for; only a keyed digest is kept.

    A job draws the code, so that asking takes the same time whether anybody will get a message or not.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    purpose = models.CharField(max_length=16, choices=CodePurpose, db_comment="internal")
    form_id = models.UUIDField(db_comment="internal: registration or recovery it belongs to")
    phone_fingerprint = models.BinaryField(db_comment="fingerprint: of the phone")
    digest = models.BinaryField(null=True, db_comment="secret: HMAC of the code, bound to id and purpose; null undrawn")
    message = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="+", db_comment="internal: that carries it"
    )
    created_at = models.DateTimeField(db_comment="internal")
    expires_at = models.DateTimeField(db_comment="internal")
    tries = models.PositiveSmallIntegerField(default=0, db_comment="internal: wrong tries, at most 5")
    used_at = models.DateTimeField(null=True, db_comment="internal")

    class Meta:
        indexes = [
            models.Index(fields=["form_id", "-created_at"], name="sms_code_lookup"),
            models.Index(fields=["created_at"], name="sms_code_unused", condition=Q(used_at=None)),
        ]
        constraints = [models.CheckConstraint(name="sms_code_tries", condition=Q(tries__lte=5))]


class Check(models.Model):
    """A question to another system about a person: asked at the door, asked again later if nobody answered (R1.4)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="checks", db_comment="pseudonymous")
    kind = models.CharField(max_length=10, choices=CheckKind, db_comment="internal")
    outcome = models.CharField(max_length=10, choices=CheckOutcome, db_comment="internal")
    holder_code = models.CharField(max_length=6, blank=True, db_comment="internal: the registry that holds the person")
    holder_name = models.CharField(max_length=40, blank=True, db_comment="internal")
    attempts = models.PositiveSmallIntegerField(default=0, db_comment="internal")
    next_attempt_at = models.DateTimeField(null=True, db_comment="internal")
    checked_at = models.DateTimeField(null=True, db_comment="internal")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="check_once_per_kind"),
            models.CheckConstraint(
                name="check_pending_has_next",
                condition=Q(outcome=CheckOutcome.PENDING, next_attempt_at__isnull=False)
                | (~Q(outcome=CheckOutcome.PENDING) & Q(next_attempt_at__isnull=True, checked_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(F("next_attempt_at"), name="check_due", condition=Q(next_attempt_at__isnull=False))]


class Session(SessionRow):
    """A session of a person, listed and ended by its owner."""

    user = models.ForeignKey(
        User, null=True, on_delete=models.CASCADE, related_name="sessions", db_comment="pseudonymous"
    )


class KnownBrowser(models.Model):
    """A browser in which a person has signed in; see known_browsers."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="browsers", db_comment="pseudonymous")
    digest = models.BinaryField(db_comment="fingerprint: of the browser's cookie and the user")
    seen_at = models.DateTimeField(db_index=True, db_comment="internal: last sign-in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="known_browser_once")]


class Agreement(models.Model):
    """Which version of a text a person was shown and went on with."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="agreements", db_comment="pseudonymous")
    text = models.CharField(max_length=16, choices=TextKey, db_comment="internal")
    version = models.CharField(max_length=20, db_comment="internal")
    at = models.DateTimeField(db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "text", "version"], name="agreement_once")]
