"""A record can end: words for people, nothing of the tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accountants", "0012_list_rows"),
    ]

    operations = [
        migrations.AlterField(
            model_name="examrow",
            name="status",
            field=models.CharField(
                choices=[
                    ("not_started", "未采集"),
                    ("draft", "填写中"),
                    ("awaiting_check", "待核验"),
                    ("under_review", "待审核"),
                    ("returned", "已退回"),
                    ("collected", "信息已采集"),
                    ("transferring_out", "调出中"),
                    ("transferred_out", "已调出"),
                    ("claim_under_review", "调入审核中"),
                    ("to_complete", "待完成采集"),
                    ("ended", "已终止"),
                ],
                db_comment="internal",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="listrow",
            name="status",
            field=models.CharField(
                choices=[
                    ("not_started", "未采集"),
                    ("draft", "填写中"),
                    ("awaiting_check", "待核验"),
                    ("under_review", "待审核"),
                    ("returned", "已退回"),
                    ("collected", "信息已采集"),
                    ("transferring_out", "调出中"),
                    ("transferred_out", "已调出"),
                    ("claim_under_review", "调入审核中"),
                    ("to_complete", "待完成采集"),
                    ("ended", "已终止"),
                ],
                db_comment="internal: 采集状态",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="status",
            field=models.CharField(
                choices=[
                    ("not_started", "未采集"),
                    ("draft", "填写中"),
                    ("awaiting_check", "待核验"),
                    ("under_review", "待审核"),
                    ("returned", "已退回"),
                    ("collected", "信息已采集"),
                    ("transferring_out", "调出中"),
                    ("transferred_out", "已调出"),
                    ("claim_under_review", "调入审核中"),
                    ("to_complete", "待完成采集"),
                    ("ended", "已终止"),
                ],
                db_comment="internal: 采集状态",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="recordversion",
            name="kind",
            field=models.CharField(
                choices=[
                    ("collected", "信息采集"),
                    ("section_changed", "信息变更"),
                    ("name_changed", "姓名变更"),
                    ("corrected", "信息更正"),
                    ("region_followed", "所属地区变更"),
                    ("transferred_in", "调入"),
                    ("ended", "终止档案"),
                    ("reopened", "恢复档案"),
                ],
                db_comment="internal: why it was made",
                db_default="collected",
                max_length=20,
            ),
        ),
    ]
