from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0004_check_codes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attempt",
            name="kind",
            field=models.CharField(
                choices=[
                    ("code_to_phone", "向手机号发送验证码"),
                    ("code_for_person", "为证件号发送验证码"),
                    ("code_from_address", "同一网络发送验证码"),
                    ("document_by_phone", "手机号验证过的证件号"),
                    ("new_browser_told", "新设备登录提醒"),
                    ("guess_on_number", "证件号密码尝试"),
                    ("guess_known_browser", "常用浏览器密码尝试"),
                    ("phone_lost", "手机号丢失申请"),
                    ("guess_from_address", "同一网络密码尝试"),
                    ("check_from_address", "同一网络查验打印件"),
                ],
                db_comment="internal",
                max_length=20,
            ),
        ),
    ]
