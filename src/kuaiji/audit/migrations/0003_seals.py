from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from kuaiji.common.migrations import insert_only

TABLES = ("audit_operation", "audit_event", "audit_accesslog")


def keep_tx_true(table: str) -> migrations.RunPython:
    """The app role may say every column of a row but ``tx``: that one is the database's word."""

    def apply(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        with editor.connection.cursor() as cursor:
            columns = [column.name for column in editor.connection.introspection.get_table_description(cursor, table)]
        said = ", ".join(editor.quote_name(column) for column in columns if column != "tx")
        editor.execute(f'REVOKE INSERT ON "{table}" FROM "{settings.APP_ROLE}"')
        editor.execute(f'GRANT INSERT ({said}) ON "{table}" TO "{settings.APP_ROLE}"')

    return migrations.RunPython(apply, migrations.RunPython.noop)


class Migration(migrations.Migration):
    """Writers wait while the indexes are built: on tables of millions of rows, migrate in a quiet hour."""

    dependencies = [("audit", "0002_insert_only")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "number",
                    models.BigIntegerField(db_comment="internal: 1, 2, 3 and so on", primary_key=True, serialize=False),
                ),
                ("from_tx", models.BigIntegerField(db_comment="internal: first transaction of the batch")),
                ("to_tx", models.BigIntegerField(db_comment="internal: first transaction after the batch")),
                ("tables", models.JSONField(db_comment="internal: columns, rows and digest of each table")),
                (
                    "previous",
                    models.CharField(blank=True, db_comment="internal: mac of the batch before", max_length=64),
                ),
                (
                    "key_id",
                    models.CharField(
                        db_comment="internal: which fingerprint key of the ring made the mac", max_length=32
                    ),
                ),
                ("sealed_at", models.DateTimeField(db_comment="internal")),
                ("mac", models.CharField(db_comment="internal: keyed digest of all the others", max_length=64)),
            ],
        ),
        insert_only("audit_seal"),
        *(migrations.RunSQL(f"CREATE INDEX {table}_tx ON {table} (tx)", migrations.RunSQL.noop) for table in TABLES),
        *(keep_tx_true(table) for table in TABLES),
    ]
