"""Names are compared by the rule of docs/wire.md; ``mend-texts`` makes the digests of before anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kuaiji_hub", "0004_what_platforms_read")]

    operations = [
        migrations.AddField(
            "person",
            "name_folding",
            models.PositiveSmallIntegerField(
                default=2, db_default=1, db_comment="internal: rule by which the name was folded (docs/wire.md)"
            ),
        ),
        migrations.AlterField(
            "person", "name_digest", models.BinaryField(db_comment="fingerprint: of the folded name")
        ),
    ]
