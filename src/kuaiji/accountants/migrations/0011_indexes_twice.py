"""Indexes that another one answers for (docs/adr/0096). Without holding anybody up."""

import django.db.models.deletion
from django.db import migrations, models

from kuaiji.common.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accountants", "0010_record_confirmed")]

    operations = [
        drop_index("accountants_recordversion_record_id_5fc56fd3"),
        drop_index("accountants_education_record_id_97107585"),
        drop_index("accountants_record_reference_number_919e680d_like"),
        drop_index("accountants_record_division_code_e07034aa_like"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="recordversion",
                    name="record",
                    field=models.ForeignKey(
                        db_comment="pseudonymous",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="accountants.record",
                    ),
                ),
                migrations.AlterField(
                    model_name="education",
                    name="record",
                    field=models.ForeignKey(
                        db_comment="pseudonymous",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="educations",
                        to="accountants.record",
                    ),
                ),
            ]
        ),
    ]
