"""When people register for an exam, and until when their information has to be up to date for it."""

from django.db import models
from django.db.models import F, Q

from kuaiji.common.ids import uuid7
from kuaiji.exams.enums import ExamLevel


class ExamWindow(models.Model):
    """The registration for one level of one year's exam, in one place (ADR 0071).

    Registration is told in whole days, as the notices tell it; when information has to be collected is a moment.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment="public")
    shipped_as = models.CharField(
        max_length=20, null=True, unique=True, db_comment="public: its row of the shipped file; none of an operator's"
    )
    year = models.PositiveSmallIntegerField(db_comment="public: the year of the exam")
    level = models.PositiveSmallIntegerField(choices=ExamLevel, db_comment="public")
    place = models.CharField(max_length=6, blank=True, db_comment="public: division it is for; empty is the country")
    registration_from = models.DateField(db_comment="public: its first day")
    registration_to = models.DateField(db_comment="public: its last day")
    collect_by = models.DateTimeField(db_comment="public: information has to be collected and updated before it")
    source = models.CharField(max_length=200, db_comment="public: the notice that says so")
    ended_at = models.DateTimeField(null=True, db_comment="public: since when the row no longer counts")

    class Meta:
        ordering = ["registration_from", "level", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "level", "place"], condition=Q(ended_at=None), name="exam_window_one_that_counts"
            ),
            models.CheckConstraint(condition=Q(level__in=ExamLevel.values), name="exam_window_level_known"),
            models.CheckConstraint(
                condition=Q(registration_from__lte=F("registration_to")), name="exam_window_begins_before_it_ends"
            ),
        ]
