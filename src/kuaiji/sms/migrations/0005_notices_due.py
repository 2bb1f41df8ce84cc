from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sms", "0004_reports"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingsms",
            name="due_at",
            field=models.DateTimeField(
                db_comment="internal: a notice is handed over from then on; null for what has a job of its own",
                null=True,
            ),
        ),
    ]
