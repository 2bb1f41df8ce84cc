"""Open drafts in the order in which they are cleared, for reminders and for the job that clears them. Without holding anybody up."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("collection", "0003_submissions")]

    operations = [
        AddIndexConcurrently(
            model_name="draft",
            index=models.Index(
                condition=models.Q(("submitted_at", None)), fields=["touched_at", "id"], name="draft_touched"
            ),
        ),
    ]
