from django.db import migrations


class Migration(migrations.Migration):
    """Acts are counted in limits_attempt from now on. Nothing is taken over: a row counts for a day at most."""

    dependencies = [
        ("identity", "0007_session_row"),
        ("limits", "0001_initial"),
    ]

    operations = [migrations.DeleteModel(name="Attempt")]
