"""Uploads: a row first, claimed by what it belongs to later, swept if nobody claims it."""

from django.db import models
from django.db.models import Q

from kuaiji.attachments.addresses import picture_address
from kuaiji.attachments.purposes import PURPOSES
from kuaiji.common.ids import uuid7
from kuaiji.keys.models import PersonKey


class UploadTurn(models.Model):
    """An upload of a person that is under way; there is one at a time (``services.upload_turn``)."""

    person_key = models.OneToOneField(
        PersonKey, primary_key=True, on_delete=models.PROTECT, db_comment="pseudonymous: whose upload it is"
    )
    token = models.UUIDField(db_comment="public: random; whose end may end it")
    ends_at = models.DateTimeField(db_comment="internal: when the next may begin in any case")


class Attachment(models.Model):
    """One picture of one person. The file stands encrypted under ``storage_key`` with the row's id bound in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="public: random")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_index=False, db_comment="pseudonymous")
    purpose = models.CharField(max_length=24, db_comment="internal")
    storage_key = models.CharField(max_length=80, unique=True, db_comment="internal: random path of the sealed file")
    original = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, db_comment="internal: the uncropped picture a photo was cut from"
    )
    sha256_received = models.BinaryField(db_comment="internal: digest of the bytes as received")
    pixels_digest = models.BinaryField(
        null=True, db_comment="internal: digest of what the whole picture shows and the person's key; null in old rows"
    )
    width = models.PositiveIntegerField(db_comment="internal: px")
    height = models.PositiveIntegerField(db_comment="internal: px")
    size = models.PositiveIntegerField(db_comment="internal: bytes of the picture before sealing")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="internal")
    claimed_at = models.DateTimeField(null=True, db_comment="internal: when a record took it over")

    class Meta:
        indexes = [
            models.Index(fields=["person_key", "purpose", "-id"], name="attachment_owner"),
            models.Index(fields=["created_at", "id"], name="attachment_unclaimed", condition=Q(claimed_at=None)),
        ]

    def get_absolute_url(self) -> str:
        """Where its owner sees it."""
        return picture_address(self.pk)

    def shows_the_same(self, other: "Attachment") -> bool:
        """Whether both are one picture, also when the files differ in what stands beside the pixels.

        A row that stands for nothing but an id is like no other.
        """
        if self.pixels_digest is None or other.pixels_digest is None:
            return bool(self.sha256_received) and self.sha256_received == other.sha256_received
        return self.pixels_digest == other.pixels_digest

    @property
    def label(self) -> str:
        """How the person's own pages call it; raises Unregistered."""
        return PURPOSES[self.purpose].label
