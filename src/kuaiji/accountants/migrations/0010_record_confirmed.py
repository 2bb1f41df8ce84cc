"""Records in the order in which they are to be confirmed again, for reminders. Without holding anybody up."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accountants", "0009_precisions_hold")]

    operations = [
        AddIndexConcurrently(
            model_name="record",
            index=models.Index(fields=["confirmed_at", "id"], name="record_confirmed"),
        ),
    ]
