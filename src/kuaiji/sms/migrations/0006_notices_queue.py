"""The queue of notices, in the order in which they are handed over. Without holding anybody up."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sms", "0005_notices_due")]

    operations = [
        AddIndexConcurrently(
            model_name="outgoingsms",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("state", "waiting")),
                fields=["once_only", "due_at"],
                name="sms_notice_due",
            ),
        ),
    ]
