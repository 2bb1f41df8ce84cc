"""Pictures of the document, by which a bureau knows who claims."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("attachments", "0009_indexes_twice"),
        ("transfers", "0003_proven_claims"),
    ]

    operations = [
        migrations.AddField(
            model_name="transferin",
            name="back",
            field=models.ForeignKey(
                db_comment="pseudonymous: its other side",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="attachments.attachment",
            ),
        ),
        migrations.AddField(
            model_name="transferin",
            name="front",
            field=models.ForeignKey(
                db_comment="pseudonymous: picture of the document, which the bureau compares",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="attachments.attachment",
            ),
        ),
        migrations.AddField(
            model_name="transferin",
            name="pictures_at",
            field=models.DateTimeField(db_comment="internal: when these pictures were sent last", null=True),
        ),
    ]
