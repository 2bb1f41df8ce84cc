"""Addresses of pages where people do their business. Each app registers where its own begin, in its ``apps.py``."""

import dataclasses
from collections.abc import Callable

from django.http import HttpRequest

from kuaiji.common.registry import AppRegistry


@dataclasses.dataclass(frozen=True, slots=True)
class Pages:
    """Pages below one address. ``after_texts``: they are a person's own, and open after the texts that are due are
    read."""

    after_texts: bool


OWN_PAGES: AppRegistry[str, Pages] = AppRegistry("address of people's own pages")


def _no_mark(request: HttpRequest) -> str:
    return ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """One row of the own page, at its place among the others by ``order``.

    ``drawing`` is of ``common.icons``. ``of_record``: it stands there once there is a record. ``mark`` gives a few
    words to show beside the label, such as how many are unread, or nothing.
    """

    order: int
    label: str
    drawing: str
    about: str
    of_record: bool = False
    mark: Callable[[HttpRequest], str] = _no_mark


OWN_ROWS: AppRegistry[str, OwnRow] = AppRegistry("row of the own page, by its address")


@dataclasses.dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page shows it."""

    address: str
    row: OwnRow
    mark: str


def rows_for(request: HttpRequest, *, has_record: bool) -> list[ShownRow]:
    """The rows of the own page in their order; those of a record only where there is one."""
    rows = [(address, OWN_ROWS[address]) for address in OWN_ROWS]
    found = [(address, row) for address, row in rows if has_record or not row.of_record]
    return [ShownRow(address, row, row.mark(request)) for address, row in sorted(found, key=lambda one: one[1].order)]


def is_own(path: str) -> bool:
    """Does ``path`` belong to 业务办理?"""
    return path.startswith(tuple(OWN_PAGES))


def waits_for_texts(path: str) -> bool:
    """Are texts that are due to be read first? The longest registered address that ``path`` begins with decides."""
    address = max((address for address in OWN_PAGES if path.startswith(address)), key=len, default=None)
    return address is not None and OWN_PAGES[address].after_texts
