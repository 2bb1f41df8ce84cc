from django.db import migrations, models


class Migration(migrations.Migration):
    """Apps register purposes of SMS codes (kuaiji.identity.sms_codes.purposes): a new one changes no column."""

    dependencies = [("identity", "0008_delete_attempt")]

    operations = [
        migrations.AlterField(
            model_name="smscode",
            name="purpose",
            field=models.CharField(db_comment="internal", max_length=16),
        ),
    ]
