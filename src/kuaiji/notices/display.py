"""A notice as its page shows it, to everybody and in a preview."""

from typing import Any

from django.utils.safestring import mark_safe

from kuaiji.notices.markup import html_of
from kuaiji.notices.models import Notice
from kuaiji.regions.services import full_name


def shown(notice: Notice) -> dict[str, Any]:
    """What ``notices/_notice.html`` takes."""
    # Our parser wrote it, with HTML off; what people typed stands in it escaped.
    body = mark_safe(html_of(notice.text))
    return {"notice": notice, "body": body, "area_name": full_name(notice.area) if notice.area else ""}
