from django.db import migrations, models

import kuaiji.common.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ExamWindow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_comment="public", default=kuaiji.common.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "shipped_as",
                    models.CharField(
                        db_comment="public: its row of the shipped file; none of an operator's",
                        max_length=20,
                        null=True,
                        unique=True,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(db_comment="public: the year of the exam")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "初级"), (2, "中级"), (3, "高级")], db_comment="public"
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, db_comment="public: division it is for; empty is the country", max_length=6
                    ),
                ),
                ("registration_from", models.DateField(db_comment="public: its first day")),
                ("registration_to", models.DateField(db_comment="public: its last day")),
                (
                    "collect_by",
                    models.DateTimeField(db_comment="public: information has to be collected and updated before it"),
                ),
                ("source", models.CharField(db_comment="public: the notice that says so", max_length=200)),
                ("ended_at", models.DateTimeField(db_comment="public: since when the row no longer counts", null=True)),
            ],
            options={
                "ordering": ["registration_from", "level", "place"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("year", "level", "place"),
                        name="exam_window_one_that_counts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", [1, 2, 3])), name="exam_window_level_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("registration_from__lte", models.F("registration_to"))),
                        name="exam_window_begins_before_it_ends",
                    ),
                ],
            },
        ),
    ]
