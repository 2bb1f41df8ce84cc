"""System check before a release: published working days end soon."""

import contextlib
import datetime as dt
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from kuaiji.common import clock
from kuaiji.regions.calendar import published_until, shipped_until

AHEAD = dt.timedelta(days=30)


@register(Tags.compatibility, deploy=True)
def check_working_days(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Deadlines of the next weeks must fall in a year whose holidays are known, here or to ``load_reference``."""
    until = shipped_until()
    with contextlib.suppress(DatabaseError):  # whether it answers is not for this check to say
        until = max(until, published_until() or until)
    if clock.today() + AHEAD <= until:
        return []
    hint = "Until then deadlines count by the days of the week: update once the notice of next year is out."
    return [Warning(f"Holidays are known until {until} only", hint=hint, id="regions.W001")]
