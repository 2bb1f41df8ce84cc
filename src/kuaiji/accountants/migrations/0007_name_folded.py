"""The row of the exam check has the name as it is compared; ``mend-texts`` fills it in for rows of before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accountants", "0006_credit_codes_meant")]

    operations = [
        migrations.AddField(
            "examrow",
            "name_folded",
            models.TextField(
                default="", db_default="", db_comment="personal: plain (ADR), what is compared; empty before mend-texts"
            ),
        ),
    ]
