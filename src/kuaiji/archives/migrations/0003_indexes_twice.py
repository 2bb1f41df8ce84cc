"""Indexes that another one answers for (docs/adr/0096). Without holding anybody up."""

import django.db.models.deletion
from django.db import migrations, models

from kuaiji.common.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("archives", "0002_kinds")]

    operations = [
        drop_index("archives_archiveprint_storage_key_085a64dc_like"),
        drop_index("archives_archiveprint_record_id_ec1d5078"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="archiveprint",
                    name="record",
                    field=models.ForeignKey(
                        db_comment="pseudonymous",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prints",
                        to="accountants.record",
                    ),
                ),
            ]
        ),
    ]
