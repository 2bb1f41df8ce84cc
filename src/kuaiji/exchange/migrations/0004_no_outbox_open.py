"""An index that nothing asks any more: heads of streams are found in one pass. Some databases never had it."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("exchange", "0003_streams")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS outbox_open", migrations.RunSQL.noop),
            ],
            state_operations=[migrations.RemoveIndex(model_name="outboxmessage", name="outbox_open")],
        ),
    ]
