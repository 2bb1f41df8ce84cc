"""What every page knows: whose platform it is, which doors work, who is in front of it."""

import functools
from collections.abc import Iterable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, get_urlconf, resolve

from kuaiji.common import environment
from kuaiji.common.own_pages import is_own
from kuaiji.common.profile import profile

Row = TypeVar("Row", bound=tuple[Any, ...])

SERVICES = "/#services"  # the current one on all pages that apps register in own_pages
NAVIGATION = (
    ("首页", "/"),
    ("业务办理", SERVICES),
    ("通知公告", "/notices/"),
    ("咨询电话", "/directory/"),
    ("操作指引", "/guide/"),
    ("咨询答疑", "/questions/"),
)
HELP = (
    ("查找本地财政部门电话", "/directory/"),
    ("系统操作技术支持", "/directory/#technical-support"),
    ("操作指引", "/guide/"),
    ("咨询答疑", "/questions/"),
    ("查验打印件", "/verify/"),
    ("意见建议", "/feedback/"),
    ("隐私政策", "/privacy/"),
    ("无障碍声明", "/accessibility/"),
    ("网站地图", "/sitemap/"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor of all pages. Asks for the session only when the browser brought one."""
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    signed_in = has_session and request.user.is_authenticated
    has_unread = signed_in and getattr(request.user, "has_unread", False)
    origin = f"{request.scheme}://{request.get_host()}"
    session = request.session if signed_in else None
    found = {"signed_in": signed_in, "has_unread": has_unread, "own_session": session, "origin": origin}
    return surroundings(request) | found


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """The same without the person: needs neither database nor session, so that error pages can stand on it."""
    ours = profile()
    elder = elder_cookie() in request.COOKIES
    switch = urlencode({"on": "0" if elder else "1", "next": request.get_full_path()})
    helps = HELP if ours.technical_support_serial else tuple(line for line in HELP if "#" not in line[1])
    return {
        "profile": ours,
        "demo": settings.DEMO,
        "elder": elder,
        "elder_switch": f"/elder/?{switch}" if works("/elder/") else "",
        "nav": [(label, url, _is_current(request.path, url)) for label, url in working(NAVIGATION)],
        "help_links": working(helps),
        "inbox": where_works("/demo/sms/"),
        "photo_service": _photo_service(),
        "sign_in": where_works("/login/"),
        "sign_out": where_works("/logout/"),
        "own_page": where_works("/me/"),
        "messages_page": where_works("/me/messages/"),
        "has_unread": False,
        "signed_in": None,
        "own_session": None,
        "session_address": where_works("/me/stay/"),
        "helpline": "",
        "family": where_works("/guide/") and "/guide/#family",
        "origin": "",
        "description": f"{ours.region}会计人员信息采集、信息变更、跨省调转和打印档案，{ours.organiser}主办。",
        "faulty": False,
    }


def working(rows: Iterable[Row]) -> list[Row]:
    """Of rows (label, address, …) those whose page works: no door leads nowhere (design §3.13)."""
    return [row for row in rows if works(row[1])]


def works(address: str) -> bool:
    """Whether a page of this platform answers at ``address``."""
    return _resolves(address.partition("#")[0], get_urlconf() or settings.ROOT_URLCONF)


def where_works(address: str) -> str:
    """``address`` when a page answers there, else nothing."""
    return address if works(address) else ""


def elder_cookie() -> str:
    """Name of the cookie that remembers the elder view; carries the profile, for ports do not part cookies."""
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}kuaiji_{profile().slug}_elder"


def _photo_service() -> str:
    """Where a demo's receipts for photos come from; nothing where photos are uploaded, or real."""
    standins = environment.STANDINS_URL.get()
    return f"{standins}/photo/" if settings.DEMO and standins and profile().photo_source == "receipt" else ""


@functools.cache
def _resolves(path: str, urlconf: str) -> bool:
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True


def _is_current(path: str, url: str) -> bool:
    if url == SERVICES:
        return is_own(path)
    return path == url if url == "/" else path.startswith(url)
