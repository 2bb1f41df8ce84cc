"""Forms that came after the session they belong to."""

from django.db import models

from kuaiji.common.ids import uuid7
from kuaiji.identity.models.people import User
from kuaiji.keys.fields import SealedJSONField
from kuaiji.keys.models import PersonKey


class LateForm(models.Model):
    """What a person posted when the session was over: lives 30 minutes, its id in the session that began then.

    One of a person; a later one takes its place. Files are not kept (docs/adr/0066).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+", db_comment="pseudonymous")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    path = models.CharField(max_length=200, db_comment="internal: address of the form")
    fields = SealedJSONField(label="identity.late_form", db_comment="sealed: posted fields, a list of values each")
    expires_at = models.DateTimeField(db_index=True, db_comment="internal")
