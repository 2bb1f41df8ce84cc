"""Choices that stay as they are while a process lives: code lists, places."""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

from django.utils.choices import BaseChoiceIterator, normalize_choices


class FixedChoices(BaseChoiceIterator):
    """What ``read`` gives, asked for when it is first needed and never again; every form of the process shares it.

    Django reads the list of a callable anew for each form and each look at it, and pages draw the same hundreds of
    options each time: ``drawn`` keeps what was drawn of them.
    """

    def __init__(self, read: Callable[[], Iterable[Any]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(self._rows)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def drawn(self, draw: Callable[[Iterable[tuple[Any, Any]]], tuple[str, str]]) -> tuple[str, str]:
        """What ``draw`` makes of the choices, made once; it is the same ``draw`` each time."""
        if self._drawn is None:
            self._drawn = draw(self._rows)
        return self._drawn

    _drawn: tuple[str, str] | None = None

    @functools.cached_property
    def _rows(self) -> list[tuple[Any, Any]]:
        return list(normalize_choices(list(self._read())))
