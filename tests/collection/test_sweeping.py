"""The nightly sweep looks at what it may take, not at everything that is there."""

import datetime as dt

import pytest

from kuaiji.attachments.models import Attachment
from kuaiji.collection.tasks import sweep_drafts
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.house.databases import Server
from people.houses.scans import whole_reads_in
from people.records.audit_tampering import connect_as_superuser

PEOPLE, LEFT = 60_000, 250
FILL = """
INSERT INTO keys_personkey (id, wrapping_key, wrapped, created_at)
SELECT md5('key' || n)::uuid, 'w', '', now() FROM generate_series(1, %(people)s) n;
INSERT INTO collection_draft (id, user_id, person_key_id, notice_version, created_at, touched_at)
SELECT md5('draft' || n)::uuid, md5('user' || n)::uuid, md5('key' || n)::uuid, '', now(), now()
FROM generate_series(1, %(people)s - %(left)s) n;
INSERT INTO attachments_attachment (id, person_key_id, purpose, storage_key, sha256_received, width, height, size,
    created_at, claimed_at)
SELECT md5(kind || n)::uuid, md5('key' || n)::uuid, 'student_proof', kind || n, '', 1, 1, 1,
    %(old)s, CASE kind WHEN 'free' THEN NULL ELSE now() END
FROM generate_series(1, %(people)s) n, unnest(ARRAY['claimed', 'free']) kind
WHERE n %% CASE kind WHEN 'free' THEN 50 ELSE 5 END = 0;
"""


@pytest.mark.race
def test_the_sweep_reads_neither_all_pictures_nor_all_drafts(server: Server, cloned_database: str) -> None:
    old = clock.now() - dt.timedelta(days=profile().draft_days + 1)
    with connect_as_superuser(server, cloned_database) as superuser:
        for statement in FILL.split(";\n"):
            superuser.execute(statement, {"people": PEOPLE, "left": LEFT, "old": old})
        superuser.execute("ANALYZE")
    before = Attachment.objects.count()
    with whole_reads_in() as read:
        sweep_drafts(timestamp=0)
    assert Attachment.objects.count() == before - LEFT // 50
    assert read["attachments_attachment"] == read["collection_draft"] == 0
