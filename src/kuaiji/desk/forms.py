"""What several pages of keeping ask for: a day and a time of China, as one line."""

import contextlib
import datetime as dt

from django.core.exceptions import ValidationError

from kuaiji.common.clock import CHINA

_WRITTEN = "%Y-%m-%d %H:%M"


def read_moment(text: str) -> dt.datetime:
    """2026-12-01 18:00, full-width colons and blanks forgiven. Raises ValidationError ``invalid``."""
    plain = " ".join(text.replace("：", ":").split())
    with contextlib.suppress(ValueError):
        return dt.datetime.strptime(plain, _WRITTEN).replace(tzinfo=CHINA)
    raise ValidationError("请按“2026-12-01 18:00”的样子填写日期和时间", code="invalid")


def written_moment(at: dt.datetime) -> str:
    """As ``read_moment`` reads it."""
    return at.astimezone(CHINA).strftime(_WRITTEN)
