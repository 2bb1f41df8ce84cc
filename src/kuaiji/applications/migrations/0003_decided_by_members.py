"""Members stand behind a decision, beside the names that were typed before there were any."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("keys", "0001_initial"),
        ("requests", "0002_application"),
        ("staff", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="application",
            name="request_refused_with_reason",
        ),
        migrations.AddField(
            model_name="application",
            name="decided_member",
            field=models.ForeignKey(
                db_comment="internal: who decided, or agreed",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="staff.member",
            ),
        ),
        migrations.AddField(
            model_name="application",
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
            model_name="application",
            name="reasons",
            field=models.JSONField(
                db_comment="internal: code, words, field, remedy of each as the person was told",
                db_default=models.Value([], models.JSONField()),
                default=list,
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="decided_by",
            field=models.CharField(
                blank=True, db_comment="internal: decision by, a name as typed, the same", db_default="", max_length=50
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="first_reviewer",
            field=models.CharField(
                blank=True,
                db_comment="internal: 初审 by, a name typed before there were members",
                db_default="",
                max_length=50,
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="reason",
            field=models.CharField(
                blank=True, db_comment="internal: staff's own words, shown to the person", max_length=500
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    models.Q(("reasons", []), _negated=True),
                    _connector="OR",
                ),
                name="request_refused_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_member", None),
                    ("decided_member", None),
                    models.Q(("first_member", models.F("decided_member")), _negated=True),
                    _connector="OR",
                ),
                name="request_by_two_who_differ",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "correction"), ("state", "approved"), _negated=True),
                    models.Q(("decided_member__isnull", False), ("first_member__isnull", False)),
                    models.Q(("first_reviewer", ""), _negated=True),
                    _connector="OR",
                ),
                name="request_correction_by_two",
            ),
        ),
    ]
