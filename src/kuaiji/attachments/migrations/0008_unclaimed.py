"""Pictures that no record has taken over, oldest first, for the sweep. Without holding anybody up."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("attachments", "0007_what_pictures_show")]

    operations = [
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("claimed_at", None)), fields=["created_at", "id"], name="attachment_unclaimed"
            ),
        ),
    ]
