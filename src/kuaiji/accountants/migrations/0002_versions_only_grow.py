from django.db import migrations

from kuaiji.common.migrations import insert_only


class Migration(migrations.Migration):
    dependencies = [("accountants", "0001_initial"), ("audit", "0002_insert_only")]

    operations = [
        insert_only("accountants_recordversion"),
        migrations.RunSQL(
            "CREATE SEQUENCE accountants_reference_number",
            "DROP SEQUENCE accountants_reference_number",
        ),
    ]
