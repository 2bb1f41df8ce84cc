"""The partners that identity asks, and a browser without script."""

from typing import TYPE_CHECKING

import pytest

from tests.support.partners import others

__all__ = ["others"]

if TYPE_CHECKING:
    from people.client_visitor import ClientVisitor


@pytest.fixture
def visitor() -> "ClientVisitor":
    """A browser without script."""
    from people.client_visitor import ClientVisitor  # models can be imported only now

    return ClientVisitor()
