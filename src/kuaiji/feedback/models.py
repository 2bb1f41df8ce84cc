"""What people said of a finished act (好差评): by act, place and day, and not by whom."""

import uuid

from django.db import models
from django.db.models import Q

from kuaiji.feedback.enums import Grade
from kuaiji.keys.fields import SealedTextField
from kuaiji.keys.models import PersonKey


class Evaluation(models.Model):
    """One evaluation. Nothing in it names the person; ``person_key`` is a key of its own and nobody's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, db_comment="public: random")
    act = models.CharField(max_length=24, db_comment="internal: kind of act")
    place = models.CharField(max_length=12, db_comment="internal: division or service area of the act")
    day = models.DateField(db_comment="internal: Chinese day it was given")
    grade = models.PositiveSmallIntegerField(choices=Grade, db_comment="internal: 5 is 非常满意, 1 is 非常不满意")
    act_digest = models.BinaryField(unique=True, db_comment="fingerprint: of the act, so that it is evaluated once")
    person_key = models.ForeignKey(
        PersonKey, null=True, on_delete=models.PROTECT, db_comment="internal: key of the words alone; null without any"
    )
    words = SealedTextField(label="feedback.words", null=True, db_comment="sealed: what was added in own words")

    class Meta:
        indexes = [models.Index(fields=["day", "place"], name="evaluation_by_day")]
        constraints = [models.CheckConstraint(name="evaluation_grade", condition=Q(grade__gte=1, grade__lte=5))]
