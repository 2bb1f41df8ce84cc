from django.db import migrations, models


class Migration(migrations.Migration):
    """Apps register purposes; a new one needs no migration any more."""

    dependencies = [
        ("attachments", "0004_transfer_proof"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="purpose",
            field=models.CharField(db_comment="internal", max_length=24),
        ),
    ]
