"""The model and its references get the names the code uses; no table or column changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("BureauRequest", "Application"),
                migrations.AlterModelTable("application", "requests_bureaurequest"),
                migrations.AlterField(
                    "application",
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="applications",
                        db_comment="pseudonymous: whom it concerns",
                    ),
                ),
                migrations.RenameField("phonelostdraft", "request", "application"),
                migrations.AlterField(
                    "phonelostdraft",
                    "application",
                    models.OneToOneField(
                        "requests.application",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        db_column="request_id",
                        db_comment="pseudonymous: set when sent",
                    ),
                ),
            ]
        )
    ]
