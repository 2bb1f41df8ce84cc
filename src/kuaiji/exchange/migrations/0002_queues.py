"""Both queues of the exchange: what waits to be told gets an order and an end, and the feed a place to be stored."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import kuaiji.keys.fields


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_initial"),
        ("keys", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboxMessage",
            fields=[
                (
                    "stream_id",
                    models.UUIDField(
                        db_comment="pseudonymous: one after the other",
                        db_default=uuid.UUID("00000000-0000-0000-0000-000000000000"),
                    ),
                ),
                ("topic", models.CharField(db_comment="internal", max_length=60)),
                (
                    "digest",
                    models.CharField(blank=True, db_comment="internal: what it says", db_default="", max_length=64),
                ),
                ("done_at", models.DateTimeField(db_comment="internal: worked through", null=True)),
                ("attempts", models.PositiveSmallIntegerField(db_comment="internal", default=0)),
                ("next_attempt_at", models.DateTimeField(db_comment="internal: not before", null=True)),
                ("last_error", models.CharField(blank=True, db_comment="internal: code, never a body", max_length=60)),
                ("parked_at", models.DateTimeField(db_comment="internal: waits for people", null=True)),
                ("dropped_at", models.DateTimeField(db_comment="internal: people gave it up", null=True)),
                (
                    "dropped_reason",
                    models.CharField(blank=True, db_comment="internal: why, and who", db_default="", max_length=200),
                ),
                (
                    "number",
                    models.PositiveBigIntegerField(
                        db_comment="internal: its place in our feed, from 1", primary_key=True, serialize=False
                    ),
                ),
                ("message_id", models.UUIDField(db_comment="public: given by its sender", unique=True)),
                ("received_at", models.DateTimeField(db_comment="internal")),
                (
                    "envelope",
                    kuaiji.keys.fields.SealedField(
                        db_comment="sealed: as the hub told it", label="exchange.inbox", owner="person_key"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        # The column keeps its name, so that older code goes on while this is rolled out.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name="outboxmessage", name="delivered_at"),
                migrations.AddField(
                    model_name="outboxmessage",
                    name="done_at",
                    field=models.DateTimeField(
                        db_column="delivered_at", db_comment="internal: answered by the hub", null=True
                    ),
                ),
            ]
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="answer_code",
            field=models.CharField(blank=True, db_comment="internal: ok, or a refusal", db_default="", max_length=40),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="digest",
            field=models.CharField(blank=True, db_comment="internal: what it says", db_default="", max_length=64),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="dropped_at",
            field=models.DateTimeField(db_comment="internal: people gave it up", null=True),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="dropped_reason",
            field=models.CharField(blank=True, db_comment="internal: why, and who", db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="parked_at",
            field=models.DateTimeField(db_comment="internal: waits for people", null=True),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="stream_id",
            field=models.UUIDField(
                db_comment="pseudonymous: one after the other",
                db_default=uuid.UUID("00000000-0000-0000-0000-000000000000"),
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="dedupe_key",
            field=models.CharField(db_comment="internal", max_length=150, unique=True),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="next_attempt_at",
            field=models.DateTimeField(db_comment="internal: not before", null=True),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="subject_id",
            field=models.UUIDField(db_comment="pseudonymous: the record, or the transfer"),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="topic",
            field=models.CharField(db_comment="internal", max_length=60),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="version",
            field=models.PositiveIntegerField(db_comment="internal: version of the subject it tells"),
        ),
        migrations.AddField(
            model_name="inboxmessage",
            name="person_key",
            field=models.ForeignKey(
                db_comment="pseudonymous: one for a stream",
                on_delete=django.db.models.deletion.PROTECT,
                to="keys.personkey",
            ),
        ),
        migrations.AddIndex(
            model_name="inboxmessage",
            index=models.Index(
                condition=models.Q(("done_at", None), ("dropped_at", None)),
                fields=["stream_id", "number"],
                name="inbox_stream",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboxmessage",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="inbox_from_one"),
        ),
    ]
