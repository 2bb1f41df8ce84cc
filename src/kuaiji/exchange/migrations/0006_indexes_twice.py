"""Indexes that another one answers for (docs/adr/0096). Without holding anybody up."""

from django.db import migrations

from kuaiji.common.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("exchange", "0005_wire_versions")]

    operations = [
        drop_index("exchange_outboxmessage_dedupe_key_c5272d23_like"),
    ]
