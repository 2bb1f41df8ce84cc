"""Reads the table without keeping writers out, which is why it is a migration of its own."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0017_settled"),
    ]

    operations = [
        ValidateConstraint(model_name="check", name="check_settled_is_a_conflict"),
    ]
