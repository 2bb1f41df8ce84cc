"""Indexes that another one answers for (docs/adr/0096). Without holding anybody up."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kuaiji.common.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("identity", "0014_late_forms")]

    operations = [
        drop_index("identity_fingerprint_user_id_1ca6fd73"),
        drop_index("identity_agreement_user_id_0ad65150"),
        drop_index("identity_check_user_id_e4163bdf"),
        drop_index("identity_knownbrowser_user_id_9bfe903a"),
        drop_index("identity_user_name_29c3a8d9_like"),
        drop_index("identity_session_session_key_767bc70f_like"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="fingerprint",
                    name="user",
                    field=models.ForeignKey(
                        db_comment="pseudonymous",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fingerprints",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="agreement",
                    name="user",
                    field=models.ForeignKey(
                        db_comment="pseudonymous",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreements",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="check",
                    name="user",
                    field=models.ForeignKey(
                        db_comment="pseudonymous",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="knownbrowser",
                    name="user",
                    field=models.ForeignKey(
                        db_comment="pseudonymous",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="browsers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ]
        ),
    ]
