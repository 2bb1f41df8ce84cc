"""A message keeps the version of the wire in which it was first meant, for it says the same whenever it is sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_no_outbox_open")]

    operations = [
        migrations.AddField(
            "outboxmessage",
            "wire_version",
            models.PositiveSmallIntegerField(
                default=1, db_default=1, db_comment="internal: version of the topic in which it is told"
            ),
        ),
    ]
