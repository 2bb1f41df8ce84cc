"""Dates say how precisely they are known, and schooling when it began. New columns with a constant default rewrite no
table; the constraints look at the rows of before in a migration of their own, without keeping anybody out."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

_PRECISIONS = {
    "education": ("enrolled_on_precision", "graduated_on_precision"),
    "employment": ("accounting_start_date_precision", "technical_post_appointed_on_precision"),
    "accountingperiod": ("started_on_precision", "ended_on_precision"),
    "qualification": ("obtained_on_precision",),
}
_NAMES = {
    "education": "education_precisions",
    "employment": "employment_precisions",
    "accountingperiod": "period_precisions",
    "qualification": "qualification_precisions",
}


def _precision() -> "models.CharField[str, str]":
    return models.CharField(
        max_length=5,
        choices=[("day", "DAY"), ("month", "MONTH")],
        default="day",
        db_default="day",
        db_comment="personal: day or month",
    )


def _known(columns: tuple[str, ...]) -> Q:
    condition = Q()
    for column in columns:
        condition &= Q(**{f"{column}__in": ["day", "month"]})
    return condition


class Migration(migrations.Migration):
    dependencies = [("accountants", "0007_name_folded")]

    operations = [
        migrations.AddField("education", "enrolled_on", models.DateField(null=True, db_comment="personal: 入学时间")),
        *(
            migrations.AddField(table, column, _precision())
            for table, columns in _PRECISIONS.items()
            for column in columns
        ),
        *(
            AddConstraintNotValid(table, models.CheckConstraint(name=_NAMES[table], condition=_known(columns)))
            for table, columns in _PRECISIONS.items()
        ),
        migrations.AlterField(
            "examrow",
            "accounting_periods",
            models.JSONField(db_comment="personal: from, to, precision of both, each; no employer"),
        ),
        migrations.AlterField(
            "examrow",
            "education",
            models.JSONField(db_comment="personal: level, degree, second degree, from, to by mode"),
        ),
        migrations.AlterField(
            "examrow",
            "qualifications",
            models.JSONField(db_comment="personal: category, level, method, date and its precision each"),
        ),
    ]
