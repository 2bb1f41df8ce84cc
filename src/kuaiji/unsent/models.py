"""What people have typed into forms and not sent (docs/adr/0069)."""

from django.db import models

from kuaiji.common.ids import uuid7
from kuaiji.identity.models import User
from kuaiji.keys.fields import SealedJSONField
from kuaiji.keys.models import PersonKey


class UnsentForm(models.Model):
    """What stands in one form of a person as it was typed, right or wrong, until the form is sent or it is given up.

    ``revision`` grows with each save; ``page`` is the opened page that saved last, so that a second tab is noticed, and
    ``nth`` counts the saves of its script, so that one that was overtaken on the way changes nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", db_index=False, db_comment="pseudonymous"
    )
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")
    form = models.CharField(max_length=40, db_comment="internal: which form, a name of KEPT_FORMS")
    fields = SealedJSONField(label="unsent.form", db_comment="sealed: posted fields, a list of values each")
    revision = models.PositiveIntegerField(default=0, db_comment="internal")
    page = models.CharField(max_length=16, blank=True, db_comment="internal: random name of the page that saved last")
    nth = models.PositiveIntegerField(default=0, db_comment="internal: which save of that page's script it was")
    saved_at = models.DateTimeField(db_index=True, db_comment="internal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="unsent_once_per_form")]
