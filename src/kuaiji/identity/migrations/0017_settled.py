from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0016_name_folded"),
    ]

    operations = [
        migrations.AddField(
            model_name="check",
            name="settled_at",
            field=models.DateTimeField(
                db_comment="internal: a bureau has found out how the contradiction comes about", null=True
            ),
        ),
        AddConstraintNotValid(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(("settled_at", None), ("outcome", "conflict"), _connector="OR"),
                name="check_settled_is_a_conflict",
            ),
        ),
    ]
