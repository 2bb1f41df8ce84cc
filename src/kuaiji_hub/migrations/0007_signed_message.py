"""The model gets a name that says its thing; no table, column or key changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kuaiji_hub", "0006_counts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("Message", "SignedMessage"),
                migrations.AlterModelTable("signedmessage", "kuaiji_hub_message"),
            ]
        )
    ]
