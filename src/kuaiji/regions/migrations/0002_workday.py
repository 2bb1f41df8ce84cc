from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Workday",
            fields=[
                ("day", models.DateField(db_comment="public", primary_key=True, serialize=False)),
                ("is_working", models.BooleanField(db_comment="public")),
                ("name", models.CharField(db_comment="public: the holiday it belongs to", max_length=60)),
            ],
            options={"ordering": ["day"]},
        ),
    ]
