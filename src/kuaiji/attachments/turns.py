"""One upload of a person at a time: what is counted is then whole, and nobody alone keeps the decoders busy.

A turn is a row, not a lock of the database: decoding takes seconds, and poolers share sessions.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from kuaiji.attachments.models import UploadTurn
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.keys.models import PersonKey

LONGEST = dt.timedelta(seconds=90)
"""When a turn is over whose process died: longer than three files and a crop take at most."""


@contextlib.contextmanager
def upload_turn(*, person_key: PersonKey, field: str = "") -> Iterator[None]:
    """Take the person's turn for as long as the block lasts. Raises RuleBroken ``upload_under_way`` for ``field``."""
    token, now = uuid7(), clock.now()
    with transaction.atomic():
        PersonKey.objects.select_for_update(no_key=True).get(pk=person_key.pk)
        if UploadTurn.objects.filter(person_key=person_key, ends_at__gt=now).exists():
            raise RuleBroken("upload_under_way", "您的另一次上传还在处理，这次的文件没有收下，请稍等几秒再上传", field)
        UploadTurn.objects.update_or_create(person_key=person_key, defaults={"token": token, "ends_at": now + LONGEST})
    try:
        yield
    finally:
        UploadTurn.objects.filter(person_key=person_key, token=token).delete()
