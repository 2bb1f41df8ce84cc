from django.db import migrations


class Migration(migrations.Migration):
    """Sessions come from kuaiji.common.sessions: the same columns, nothing to do in the database."""

    dependencies = [("identity", "0006_transfer_in_code")]

    operations = [migrations.AlterModelOptions(name="session", options={})]
