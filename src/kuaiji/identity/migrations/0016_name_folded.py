"""What of a name is compared, beside the name: the exam check looks for people who have no record yet, in one statement."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0015_indexes_twice")]

    operations = [
        migrations.AddField(
            "user",
            "name_folded",
            models.TextField(
                default="", db_default="", db_comment="personal: plain (ADR), what is compared; empty before mend-texts"
            ),
        ),
    ]
