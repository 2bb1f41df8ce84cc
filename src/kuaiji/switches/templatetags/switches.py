"""What stands still now, as people read it: ``{% load switches %}``."""

import contextlib

from django import template
from django.db import DatabaseError

from kuaiji.switches.enums import SwitchName
from kuaiji.switches.models import SwitchPeriod
from kuaiji.switches.services.standing import standing

register = template.Library()


@register.inclusion_tag("switches/standing.html")
def standing_switch(*names: str) -> dict[str, SwitchPeriod | None]:
    """A banner where one of these switches is on, the first of them; all switches where none is named. Nothing where
    the database is away: the page that asks has to be found then too."""
    with contextlib.suppress(DatabaseError):
        return {"period": standing(*(SwitchName(name) for name in names or SwitchName))}
    return {"period": None}
