"""The model gets a name that says its thing; no table, column or key changes."""

from django.db import migrations


class Migration(migrations.Migration):
    # The first migration of identity refers to the model by its old name.
    dependencies = [("sms", "0002_provider_counts"), ("identity", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("Message", "OutgoingSms"),
                migrations.AlterModelTable("outgoingsms", "sms_message"),
            ]
        )
    ]
