"""Who submitted before agreements were kept by person agreed to what the draft says."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("collection", "0001_initial"), ("identity", "0002_own_sign_in")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO identity_agreement (user_id, text, version, at) "
            "SELECT DISTINCT ON (user_id, notice_version) user_id, 'collection', notice_version, agreed_at "
            "FROM collection_draft WHERE submitted_at IS NOT NULL AND agreed_at IS NOT NULL "
            "ORDER BY user_id, notice_version, agreed_at",
            migrations.RunSQL.noop,
        )
    ]
