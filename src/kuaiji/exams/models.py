"""When people register for an exam, and who may: dated rows that are shipped, and kept by operators."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kuaiji.common.ids import uuid7
from kuaiji.exams.enums import CountedFrom, ExamLevel, OtherGround
from kuaiji.exams.judging.rules import FIRST_YEAR, LONGEST_NAME, MOST_YEARS


class DatedRow(models.Model):
    """Something a notice says. It is never edited: it ends, and another row follows."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_comment="public")
    shipped_as = models.CharField(
        max_length=20, null=True, unique=True, db_comment="public: its row of the shipped file; none of an operator's"
    )
    source = models.CharField(max_length=200, db_comment="public: the notice that says so")
    ended_at = models.DateTimeField(null=True, db_comment="public: since when the row no longer counts")

    class Meta:
        abstract = True


class ExamWindow(DatedRow):
    """The registration for one level of one year's exam, in one place (ADR 0071).

    Registration is told in whole days, as the notices tell it; when information has to be collected is a moment.
    """

    year = models.PositiveSmallIntegerField(db_comment="public: the year of the exam")
    level = models.PositiveSmallIntegerField(choices=ExamLevel, db_comment="public")
    place = models.CharField(max_length=6, blank=True, db_comment="public: division it is for; empty is the country")
    registration_from = models.DateField(db_comment="public: its first day")
    registration_to = models.DateField(db_comment="public: its last day")
    collect_by = models.DateTimeField(db_comment="public: information has to be collected and updated before it")

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


class ExamRule(DatedRow):
    """One way to the exam of a level (ADR 0085); ``exams.judging.rules.Rule`` says what its columns mean."""

    level = models.PositiveSmallIntegerField(choices=ExamLevel, db_comment="public")
    way = models.CharField(max_length=1, db_comment="public: its letter")
    name = models.CharField(max_length=LONGEST_NAME, db_comment="public: what a refusal calls it")
    schooling = ArrayField(models.CharField(max_length=2), db_comment="public: GB/T 4658, any of them")
    degrees = ArrayField(models.CharField(max_length=3), db_comment="public: GB/T 6864, any of them or of these groups")
    other = models.CharField(max_length=20, blank=True, choices=OtherGround, db_comment="public: another ground")
    years = models.PositiveSmallIntegerField(db_comment="public: years of accounting work")
    counted_from = models.CharField(max_length=10, choices=CountedFrom, db_comment="public: which work counts")
    valid_from = models.PositiveSmallIntegerField(db_comment="public: first year of the exam")
    valid_to = models.PositiveSmallIntegerField(null=True, db_comment="public: last year of the exam; none is open")
    profile = models.CharField(max_length=30, blank=True, db_comment="public: platform it is for; empty is all")

    class Meta:
        ordering = ["level", "way", "profile", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "way", "profile", "valid_from"],
                condition=Q(ended_at=None),
                name="exam_rule_one_that_counts",
            ),
            models.CheckConstraint(condition=Q(level__in=ExamLevel.values), name="exam_rule_level_known"),
            models.CheckConstraint(condition=Q(way__regex="^[a-z]$"), name="exam_rule_way_is_a_letter"),
            models.CheckConstraint(condition=~Q(name=""), name="exam_rule_has_a_name"),
            # Continuing education is not kept yet: nobody could say whether it is met.
            models.CheckConstraint(
                condition=Q(other__in=["", OtherGround.SECOND_DEGREE, OtherGround.TITLE_BY_EXAM]),
                name="exam_rule_other_known",
            ),
            models.CheckConstraint(
                condition=~Q(other="") | Q(schooling__len__gt=0) | Q(degrees__len__gt=0), name="exam_rule_has_a_ground"
            ),
            models.CheckConstraint(condition=Q(years__lte=MOST_YEARS), name="exam_rule_years_possible"),
            models.CheckConstraint(
                condition=Q(level=ExamLevel.SENIOR, counted_from=CountedFrom.TITLE)
                | (~Q(level=ExamLevel.SENIOR) & Q(counted_from=CountedFrom.ALL)),
                name="exam_rule_counted_from",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__gte=FIRST_YEAR) & (Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))),
                name="exam_rule_begins_before_it_ends",
            ),
        ]


class ExamRuleSet(models.Model):
    """The rules that answers were given by, written down before the first of them, so that each can be judged again."""

    name = models.CharField(primary_key=True, max_length=14, db_comment="public: of the set's digest")
    up_to_date_months = models.PositiveSmallIntegerField(db_comment="public: months of the profile then (R4.6)")
    rules = ArrayField(models.UUIDField(), db_comment="public: rows of exams.ExamRule")
