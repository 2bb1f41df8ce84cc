"""What each platform does on a day is counted, and bounded."""

from django.db import migrations, models


def key_of_platform() -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(
        db_comment="internal", on_delete=models.deletion.PROTECT, related_name="+", to="kuaiji_hub.platform"
    )


def own_key() -> models.BigAutoField:  # type: ignore[type-arg]
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("kuaiji_hub", "0005_name_folding")]

    operations = [
        migrations.CreateModel(
            name="DayCount",
            fields=[
                ("id", own_key()),
                ("day", models.DateField(db_comment="internal: of China")),
                ("kind", models.CharField(db_comment="internal: a quota, or the code of a refusal", max_length=40)),
                ("count", models.PositiveIntegerField(db_comment="internal", default=0)),
                (
                    "most",
                    models.PositiveIntegerField(
                        db_comment="internal: of a quota, as reckoned with its first use", null=True
                    ),
                ),
                ("platform", key_of_platform()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("platform", "day", "kind"), name="one_count_a_day")]
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", own_key()),
                ("kind", models.CharField(db_comment="internal: a quota", max_length=40)),
                ("most", models.PositiveIntegerField(db_comment="internal: a day")),
                ("until", models.DateField(db_comment="internal: the last day, of China")),
                ("reason", models.CharField(db_comment="internal: why, and who agreed", max_length=200)),
                ("made_at", models.DateTimeField(db_comment="internal")),
                ("platform", key_of_platform()),
            ],
        ),
    ]
