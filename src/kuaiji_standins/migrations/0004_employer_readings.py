from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kuaiji_standins", "0003_exam_candidates")]

    operations = [
        migrations.AddField(
            model_name="employer",
            name="readings",
            field=models.TextField(
                db_comment="public: the name in pinyin and by initials, a blank before each", db_default="", default=""
            ),
        ),
    ]
