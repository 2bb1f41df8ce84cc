"""A platform is told in no version of the wire that it does not read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kuaiji_hub", "0003_books")]

    operations = [
        migrations.AddField(
            "platform",
            "reads",
            models.PositiveSmallIntegerField(
                default=1, db_default=1, db_comment="internal: newest version of the wire that it reads"
            ),
        ),
    ]
