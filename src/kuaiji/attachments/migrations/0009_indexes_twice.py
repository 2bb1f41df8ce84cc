"""Indexes that another one answers for (docs/adr/0096). Without holding anybody up."""

import django.db.models.deletion
from django.db import migrations, models

from kuaiji.common.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("attachments", "0008_unclaimed")]

    operations = [
        drop_index("attachments_attachment_person_key_id_f69152e5"),
        drop_index("attachments_attachment_storage_key_b72f07ca_like"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="attachment",
                    name="person_key",
                    field=models.ForeignKey(
                        db_comment="pseudonymous",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="keys.personkey",
                    ),
                ),
            ]
        ),
    ]
