"""Rows that waited before there were streams get theirs: the record they tell of. In steps, without holding anybody up."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

STEP = 10_000


def give_streams(apps: Any, schema_editor: Any) -> None:
    """Fill ``stream_id`` where it still has its default."""
    rows = "SELECT id FROM exchange_outboxmessage WHERE stream_id = %s LIMIT %s"
    with schema_editor.connection.cursor() as cursor:
        changed = STEP
        while changed:
            cursor.execute(
                f"UPDATE exchange_outboxmessage SET stream_id = subject_id WHERE id IN ({rows})",
                ["00000000-0000-0000-0000-000000000000", STEP],
            )
            changed = cursor.rowcount


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("exchange", "0002_queues")]

    operations = [
        migrations.RunPython(give_streams, migrations.RunPython.noop),
        RemoveIndexConcurrently(model_name="outboxmessage", name="outbox_waiting"),
        AddIndexConcurrently(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("done_at", None), ("dropped_at", None)),
                fields=["stream_id", "id"],
                name="outbox_stream",
            ),
        ),
        AddIndexConcurrently(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("done_at", None), ("dropped_at", None)), fields=["id"], name="outbox_open"
            ),
        ),
        AddIndexConcurrently(
            model_name="outboxmessage",
            index=models.Index(fields=["subject_id", "id"], name="outbox_subject"),
        ),
    ]
