from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from kuaiji.audit.proving import witness


def attach(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Where a superuser has made the witness already; else ``ensure_partitions`` does it later."""
    witness.attach()


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_refusal_counts")]

    operations = [migrations.RunPython(attach, migrations.RunPython.noop)]
