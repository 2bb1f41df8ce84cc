from django.db import migrations, models


class Migration(migrations.Migration):
    """The vocabulary of the audit stands in enums.py; a new word needs no migration any more."""

    dependencies = [
        ("audit", "0003_seals"),
    ]

    operations = [
        migrations.AlterField(
            model_name=name,
            name="actor_kind",
            field=models.CharField(db_comment="internal", max_length=10),
        )
        for name in ("operation", "accesslog")
    ]
