"""The rows of before have known precisions too: looked at without keeping anybody from reading or writing them."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

_NAMES = {
    "education": "education_precisions",
    "employment": "employment_precisions",
    "accountingperiod": "period_precisions",
    "qualification": "qualification_precisions",
}


class Migration(migrations.Migration):
    dependencies = [("accountants", "0008_precisions")]

    operations = [ValidateConstraint(table, name) for table, name in _NAMES.items()]
