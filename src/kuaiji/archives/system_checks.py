"""System check, when a worker starts and before a release: what is missing for printing."""

from typing import Any

from django.core.checks import CheckMessage, Info, register

from kuaiji.archives.paper import fonts


@register
def check_printing(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Everything else works without; the page says that printing does not."""
    packages = " ".join(fonts.lacking(fonts.installed_fonts()))
    hint = "on the hosts of workers: apt-get install"
    return [Info(f"archives can't be printed; {hint} {packages}", id="archives.I001")] if packages else []
