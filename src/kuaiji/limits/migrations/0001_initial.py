from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(db_comment="internal", max_length=40)),
                ("key", models.BinaryField(db_comment="fingerprint: of a phone, number or address")),
                ("at", models.DateTimeField(db_comment="internal")),
                (
                    "detail",
                    models.BinaryField(
                        db_comment="fingerprint: what was counted, where only different ones count", null=True
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "key", "at"], name="limits_window"),
                    models.Index(fields=["kind", "at"], name="limits_total"),
                ],
            },
        ),
    ]
