"""A platform reads what it sent in the order of ids."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kuaiji_hub", "0002_insert_only")]

    operations = [migrations.AddIndex("message", models.Index(fields=["sender", "id"], name="message_of_sender"))]
