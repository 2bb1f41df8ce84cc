from django.db import migrations

from kuaiji.common.migrations import FUNCTIONS, insert_only, partition_by_month

TABLES = ("audit_operation", "audit_event", "audit_accesslog")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        *(partition_by_month(table) for table in TABLES),
        *(insert_only(table) for table in TABLES),
    ]
