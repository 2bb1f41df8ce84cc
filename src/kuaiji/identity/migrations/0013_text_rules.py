"""Which rules of texts a person's name and record were written by; those of before are 1, until ``mend-texts``."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0012_network_of_a_code")]

    operations = [
        migrations.AddField(
            "user",
            "text_rules",
            models.PositiveSmallIntegerField(
                default=2, db_default=1, db_comment="internal: rules by which name and record were written (mend-texts)"
            ),
        ),
    ]
