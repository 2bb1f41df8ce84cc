"""Addresses of pages where people do their business. Each app registers where its own begin, in its ``apps.py``."""

import dataclasses

from kuaiji.common.registry import AppRegistry


@dataclasses.dataclass(frozen=True, slots=True)
class Pages:
    """Pages below one address. ``after_texts``: they are a person's own, and open after the texts that are due are
    read."""

    after_texts: bool


OWN_PAGES: AppRegistry[str, Pages] = AppRegistry("address of people's own pages")


def is_own(path: str) -> bool:
    """Does ``path`` belong to 业务办理?"""
    return path.startswith(tuple(OWN_PAGES))


def waits_for_texts(path: str) -> bool:
    """Are texts that are due to be read first? The longest registered address that ``path`` begins with decides."""
    address = max((address for address in OWN_PAGES if path.startswith(address)), key=len, default=None)
    return address is not None and OWN_PAGES[address].after_texts
