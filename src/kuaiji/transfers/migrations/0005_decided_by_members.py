"""Members stand behind a decision, beside the names that were typed before there were any."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("attachments", "0009_indexes_twice"),
        ("keys", "0001_initial"),
        ("regions", "0002_workday"),
        ("staff", "0001_initial"),
        ("transfers", "0004_claim_pictures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="transferin",
            name="first_member",
            field=models.ForeignKey(
                db_comment="internal: the first of two people",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="staff.member",
            ),
        ),
        migrations.AddField(
            model_name="transferin",
            name="reasons",
            field=models.JSONField(
                db_comment="internal: code, words, field, remedy of each as the person was told",
                db_default=models.Value([], models.JSONField()),
                default=list,
            ),
        ),
        migrations.AddField(
            model_name="transferin",
            name="second_member",
            field=models.ForeignKey(
                db_comment="internal: who agreed",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="staff.member",
            ),
        ),
        migrations.AlterField(
            model_name="transferin",
            name="first_reviewer",
            field=models.CharField(
                blank=True,
                db_comment="personal: name of the first of two, as typed before there were members",
                db_default="",
                max_length=50,
            ),
        ),
        migrations.AddConstraint(
            model_name="transferin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_member", None), ("second_member", None)),
                    models.Q(
                        ("first_member__isnull", False),
                        ("second_member__isnull", False),
                        models.Q(("first_member", models.F("second_member")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="transfer_in_by_two_who_differ",
            ),
        ),
    ]
