"""Indexes that another one answers for (docs/adr/0096). Without holding anybody up."""

import django.db.models.deletion
from django.db import migrations, models

from kuaiji.common.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("collection", "0004_draft_touched")]

    operations = [
        drop_index("collection_stepanswers_draft_id_401f8c3d"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="stepanswers",
                    name="draft",
                    field=models.ForeignKey(
                        db_comment="pseudonymous",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="collection.draft",
                    ),
                ),
            ]
        ),
    ]
