"""What a member of staff did, the newest first, found without a scan. Without holding anybody up."""

from django.db import migrations, models

from kuaiji.common.migrations import index_partitions

NAME = "operation_of_staff"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0006_witness")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddIndex(
                    model_name="operation",
                    index=models.Index(
                        condition=models.Q(("actor_kind", "staff")), fields=["actor_id", "id"], name=NAME
                    ),
                ),
            ],
            database_operations=[
                index_partitions("audit_operation", NAME, "actor_id, id", "actor_kind = 'staff'"),
            ],
        ),
    ]
