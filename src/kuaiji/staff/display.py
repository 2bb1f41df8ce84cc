"""The frame of the desk: what every page of it knows, and the one list of where one can go."""

import dataclasses
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kuaiji.common.context import works
from kuaiji.common.profile import profile
from kuaiji.common.registry import AppRegistry
from kuaiji.staff.enums import Role
from kuaiji.staff.guards import signed_in_member
from kuaiji.staff.models import Member


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """An entry of the desk's navigation, at its place by ``order``, for members with one of ``roles``; none is all.
    ``finds``: it takes what is typed into the box for finding people, which stands on all other pages.
    """

    order: int
    label: str
    roles: tuple[Role, ...] = ()
    finds: bool = False


NAVIGATION: AppRegistry[str, DeskPage] = AppRegistry("page of the desk's navigation, by its address")


def desk(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the staff's face."""
    member = signed_in_member(request) if hasattr(request, "session") else None
    return frame(request, member)


def frame(request: HttpRequest, member: Member | None) -> dict[str, Any]:
    """The same for a member that is known; without one it needs no database."""
    return {
        "profile": profile(),
        "demo": settings.DEMO,
        "member": member,
        "navigation": navigation(request.path, member) if member else [],
        "find": find_address(request.path, member) if member else "",
        "elder": False,
        "faulty": False,
    }


def find_address(path: str, member: Member) -> str:
    """Where the box for finding people leads; empty on that page itself, and for who sees no people."""
    found = (address for address in NAVIGATION if NAVIGATION[address].finds and works(address) and address != path)
    return next((address for address in found if member.has_role(*NAVIGATION[address].roles)), "")


def navigation(path: str, member: Member) -> list[tuple[str, str, bool]]:
    """Label, address, and whether one is there, of the pages that work and that the member may open."""
    pages = [(address, NAVIGATION[address]) for address in NAVIGATION]
    mine = [(address, page) for address, page in pages if member.has_role(*page.roles) and works(address)]
    mine.sort(key=lambda one: one[1].order)
    here = max((address for address, _ in mine if path.startswith(address)), key=len, default="")
    return [(page.label, address, address == here) for address, page in mine]
