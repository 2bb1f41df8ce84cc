"""What a bureau begins about a record, and who began it; the table is small."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("keys", "0001_initial"),
        ("requests", "0003_decided_by_members"),
        ("staff", "0002_enrol_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="application",
            name="request_of_its_kind",
        ),
        migrations.AddField(
            model_name="application",
            name="begun_member",
            field=models.ForeignKey(
                db_comment="internal: who of the bureau began it",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="staff.member",
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="kind",
            field=models.CharField(
                choices=[
                    ("correction", "更正申请"),
                    ("phone_lost", "手机号丢失申请"),
                    ("ending", "终止档案"),
                    ("reopening", "恢复档案"),
                ],
                db_comment="internal",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("document_fingerprint", None),
                        ("field__in", ["document", "gender", "country"]),
                        ("kind", "correction"),
                        ("phone_fingerprint", None),
                    ),
                    models.Q(
                        ("document_fingerprint__isnull", False),
                        ("field", ""),
                        ("kind", "phone_lost"),
                        ("phone_fingerprint__isnull", False),
                    ),
                    models.Q(
                        ("document_fingerprint", None),
                        ("field", ""),
                        ("kind__in", ("ending", "reopening")),
                        ("phone_fingerprint", None),
                    ),
                    _connector="OR",
                ),
                name="request_of_its_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ("ending", "reopening")), ("state", "submitted")),
                fields=("user",),
                name="request_by_staff_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("ending", "reopening")), _negated=True),
                    models.Q(
                        ("begun_member__isnull", False),
                        models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(
                                ("decided_member__isnull", False),
                                ("first_member__isnull", False),
                                models.Q(("begun_member", models.F("first_member")), _negated=True),
                                models.Q(("begun_member", models.F("decided_member")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="request_by_staff_by_three",
            ),
        ),
    ]
