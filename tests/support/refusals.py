"""What every refusal of the pure rules has in common."""

from collections.abc import Callable
from typing import Any

import pytest

from kuaiji.common.errors import RuleBroken


def refusal(check: Callable[..., Any], *arguments: Any, **named: Any) -> RuleBroken:
    """The refusal of that call; fails when there is none, or when a person could not act on its message."""
    with pytest.raises(RuleBroken) as caught:
        check(*arguments, **named)
    broken = caught.value
    assert broken.field
    assert 4 < len(broken.message) <= 32
    assert any("\u4e00" <= character <= "\u9fff" for character in broken.message)
    typed = next((argument for argument in arguments if isinstance(argument, str) and len(argument) > 8), None)
    assert typed is None or typed not in broken.message
    return broken
