"""What staff wrote about a person, and what they had shown to them."""

from django.db import models

from kuaiji.common.ids import uuid7
from kuaiji.desk.record.enums import RevealReason, Shown
from kuaiji.keys.fields import SealedTextField
from kuaiji.keys.models import PersonKey
from kuaiji.staff.models import Member


class Note(models.Model):
    """备注: what one member of staff wrote about a person for colleagues; rows are only added. It is erased with the
    person's key (ADR 0122)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal: the key of its page")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_index=False, db_comment="pseudonymous")
    words = SealedTextField(label="desk.note", db_comment="sealed: as it was written")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, db_comment="pseudonymous: of staff, who wrote it")
    written_at = models.DateTimeField(db_comment="internal")

    class Meta:
        indexes = [models.Index(fields=["person_key", "-written_at"], name="note_of_person")]


class Reveal(models.Model):
    """显示完整: what is masked is shown to one session of one member for ten minutes. That it was is told for good by
    the event; this row goes an hour later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, db_index=False, db_comment="pseudonymous: of staff")
    session_key = models.CharField(max_length=64, db_comment="secret: digest of the cookie of the session")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_index=False, db_comment="pseudonymous")
    what = models.CharField(max_length=12, choices=Shown, db_comment="internal")
    reason = models.CharField(max_length=10, choices=RevealReason, db_comment="internal")
    shown_at = models.DateTimeField(db_comment="internal")

    class Meta:
        indexes = [models.Index(fields=["member", "shown_at"], name="reveal_of_member")]
