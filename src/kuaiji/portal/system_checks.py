"""System check before a release: what the foot of a government's site has to show and the profile lacks."""

from typing import Any

from django.core.checks import CheckMessage, Info, Tags, register

from kuaiji.common.profile import profile

ASKED = {"icp": "ICP 备案号", "police": "公安备案号", "site_code": "政府网站标识码", "report_errors": "政府网站找错"}


@register(Tags.compatibility, deploy=True)
def check_filings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The platform runs without them, and shows none that it was not given."""
    lacking = [f"filings.{name} ({words})" for name, words in ASKED.items() if not getattr(profile().filings, name)]
    if not lacking:
        return []
    return [
        Info(f"the profile says nothing of {', '.join(lacking)}: the foot of the pages leaves it out", id="portal.I001")
    ]
