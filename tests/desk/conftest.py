"""The partners that a check asks."""

from tests.support.partners import others

__all__ = ["others"]
