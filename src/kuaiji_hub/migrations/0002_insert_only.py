"""Messages and feeds only grow."""

from django.db import migrations

from kuaiji.common.migrations import FUNCTIONS, insert_only


class Migration(migrations.Migration):
    dependencies = [("kuaiji_hub", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        insert_only("kuaiji_hub_message"),
        insert_only("kuaiji_hub_feedentry"),
    ]
