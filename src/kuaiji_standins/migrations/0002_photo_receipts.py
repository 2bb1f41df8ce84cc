from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kuaiji_standins", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PhotoReceipt",
            fields=[
                (
                    "code",
                    models.CharField(
                        db_comment="secret: digits, demo only", max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(db_comment="personal: demo only", max_length=50)),
                ("document_number", models.CharField(db_comment="personal: demo only", max_length=30)),
                ("photo", models.BinaryField(db_comment="personal: JPEG, demo only")),
                ("issued_at", models.DateTimeField(db_comment="internal")),
                ("expires_at", models.DateTimeField(db_comment="internal")),
                (
                    "consumer",
                    models.CharField(
                        blank=True, db_comment="internal: who has used it; empty for nobody", max_length=80
                    ),
                ),
            ],
        ),
    ]
