from django.db import migrations, models

import kuaiji.common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("kuaiji_standins", "0002_photo_receipts"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExamRepairs",
            fields=[
                (
                    "platform",
                    models.CharField(
                        db_comment="public: code of a platform", max_length=6, primary_key=True, serialize=False
                    ),
                ),
                ("after", models.CharField(db_comment="internal: where the next reading begins", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="ExamCandidate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_comment="internal: our reference in questions",
                        default=kuaiji.common.ids.uuid7,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("platform", models.CharField(db_comment="public: whom we ask, code of a platform", max_length=6)),
                ("name", models.CharField(db_comment="personal: demo only", max_length=50)),
                ("document_type", models.CharField(db_comment="personal: demo only", max_length=2)),
                ("document_number", models.CharField(db_comment="personal: demo only", max_length=40)),
                ("level", models.CharField(db_comment="internal: 1 junior, 2 intermediate, 3 senior", max_length=1)),
                ("year", models.PositiveSmallIntegerField(db_comment="internal: of the exam")),
                (
                    "division",
                    models.CharField(
                        blank=True, db_comment="internal: where it is sat; empty for anywhere", max_length=6
                    ),
                ),
                ("answer", models.JSONField(db_comment="personal: as the platform gave it, demo only")),
                ("asked_at", models.DateTimeField(db_comment="internal: the last time")),
                (
                    "was_refused",
                    models.BooleanField(db_comment="internal: once, by any answer", db_default=False, default=False),
                ),
                (
                    "mended_at",
                    models.DateTimeField(db_comment="internal: told by repairs since the last question", null=True),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-asked_at"], name="exam_candidate_newest")],
            },
        ),
    ]
