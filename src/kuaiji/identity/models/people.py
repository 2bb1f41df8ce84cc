"""Who may sign in, and how they are found without their numbers in the clear."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from kuaiji.common.ids import uuid7
from kuaiji.common.mending import TEXT_RULES
from kuaiji.identity.enums import FingerprintKind
from kuaiji.keys.fields import SealedTextField
from kuaiji.keys.models import PersonKey
from kuaiji_wire.names import fold_name
from kuaiji_wire.people import Document, Person

PEOPLE_PER_PHONE = 3
PEOPLE_PER_NUMBER = 3  # of different types or countries


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

    name_folded = models.TextField(
        default="", db_default="", db_comment="personal: plain (ADR), what is compared; empty before mend-texts"
    )
    text_rules = models.PositiveSmallIntegerField(
        default=TEXT_RULES,
        db_default=1,
        db_comment="internal: rules by which name and record were written (mend-texts)",
    )

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With the name goes what of it is compared: the exam check compares in the database."""
        fields = kwargs.get("update_fields")
        if fields is None or "name" in fields:
            self.name_folded = fold_name(self.name)
            kwargs["update_fields"] = None if fields is None else {*fields, "name_folded"}
        super().save(*args, **kwargs)

    @property
    def document(self) -> Document:
        """By what the person is known."""
        return Document(type=self.document_type, country=self.document_country, number=self.document_number)

    @property
    def person(self) -> Person:
        """As other systems are asked and told."""
        return Person(name=self.name, document=self.document)


class Fingerprint(models.Model):
    """A blind index. ``slot`` lets the database say how many people may share a value: a document one, a number typed
    without its type three, a phone three."""

    kind = models.CharField(max_length=10, choices=FingerprintKind, db_comment="internal")
    fingerprint = models.BinaryField(db_comment="fingerprint: HMAC under key_id")
    slot = models.PositiveSmallIntegerField(default=1, db_comment="internal: 1 to 3")
    key_id = models.CharField(max_length=32, db_comment="internal: key of the ring")
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="fingerprints", db_index=False, db_comment="pseudonymous"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "fingerprint", "slot"], name="fingerprint_slot"),
            models.UniqueConstraint(fields=["user", "kind", "key_id"], name="fingerprint_once_per_user"),
            models.CheckConstraint(
                name="fingerprint_slots",
                condition=Q(slot=1) | (Q(slot__range=(2, PEOPLE_PER_PHONE)) & ~Q(kind=FingerprintKind.DOCUMENT)),
            ),
        ]
