"""What people have begun and not finished: registering, recovering a password, changing the phone."""

from django.db import models

from kuaiji.common.ids import uuid7
from kuaiji.identity.models.people import User
from kuaiji.keys.fields import SealedJSONField


class Unfinished(models.Model):
    """What somebody who is not signed in has typed so far: lives 30 minutes, its id in the session (R2.1)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="internal")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="internal")
    expires_at = models.DateTimeField(db_index=True, db_comment="internal")
    answers: SealedJSONField  # each form's own, for its label

    class Meta:
        abstract = True


class Registration(Unfinished):
    """A person on the way to a user; ``user`` is who it became, so that the last button pressed twice works once."""

    answers = SealedJSONField(label="identity.registration", owner=None, db_comment="sealed: everything typed so far")
    user = models.ForeignKey(
        User, null=True, on_delete=models.CASCADE, related_name="+", db_comment="pseudonymous: set when finished"
    )


class Recovery(Unfinished):
    """A forgotten password, or a sign-in by code: ``user`` may be given a new one, or let in; set once proven."""

    answers = SealedJSONField(label="identity.recovery", owner=None, db_comment="sealed: everything typed so far")
    user = models.ForeignKey(
        User, null=True, on_delete=models.CASCADE, related_name="+", db_comment="pseudonymous: set when proven"
    )


class PhoneChange(Unfinished):
    """更换手机号: first the bound phone is proven, then the new one. Belongs to one session, which keeps its id."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_comment="pseudonymous")
    answers = SealedJSONField(label="identity.phone_change", owner=None, db_comment="sealed: phones typed and proven")
    finished_at = models.DateTimeField(null=True, db_comment="internal: the phone was changed")
