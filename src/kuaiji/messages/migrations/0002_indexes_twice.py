"""Indexes that another one answers for (docs/adr/0096). Without holding anybody up."""

import django.db.models.deletion
from django.db import migrations, models

from kuaiji.common.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("messages", "0001_initial")]

    operations = [
        drop_index("messages_message_person_key_id_765af326"),
        drop_index("messages_delivery_message_id_55238b7d"),
        drop_index("messages_unwanted_person_key_id_df3c7253"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="message",
                    name="person_key",
                    field=models.ForeignKey(
                        db_comment="pseudonymous",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="keys.personkey",
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="message",
                    field=models.ForeignKey(
                        db_comment="internal",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="messages.message",
                    ),
                ),
                migrations.AlterField(
                    model_name="unwanted",
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
