"""Said by every command of an operator, ``migrate`` and the worker's among them: numbers that cannot stand."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from kuaiji.limits import kinds


@register
def check_numbers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One fault at a time; what is wrong stops the start."""
    words = kinds.fault()
    return [Error(words, hint="docs/limits.md says how they are written", id="limits.E001")] if words else []
