"""Pages open to all: home, directory, the elder view's switch."""

import contextlib
import functools
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.audit.access import note
from kuaiji.common import clock
from kuaiji.common.context import elder_cookie, where_works, working
from kuaiji.common.profile import profile
from kuaiji.common.redirects import local_address
from kuaiji.common.text import searched
from kuaiji.exams.display import exam_notice
from kuaiji.notices.services.reading import lines
from kuaiji.regions.models import FinanceBureau
from kuaiji.regions.services import LONGEST_SEARCH, search_directory
from kuaiji.standing.display import standing_of

# label, address, icon, what it is for
_COLLECTION = (profile().collection_door, "/collection/", "archive", "登记个人、学历、工作和专业技术信息")
_DOORS = (
    ("信息变更", "/changes/", "pencil", "单位、学历、职称有变动，及时更新"),
    ("跨省调转", "/transfers/", "transfer", "调出到其他省市，或从省外调入"),
    ("继续教育", "/education/", "book", "查看年度学分，登记学习成果"),
    ("采集状态", "/me/", "check", "查看是否“信息已采集”，下一步做什么"),
    ("通知公告", "/notices/", "megaphone", "采集、考试和继续教育的通知"),
    ("咨询电话", "/directory/", "phone", "各市、县（区）财政部门的电话和地址"),
    ("操作指引", "/guide/", "guide", "从注册到调转，一步一图"),
)
NEWEST = 3  # notices on the home page
_YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The doors of R11.1 that work; to a stranger whose platform this is not (R1.6), to who is signed in where they
    stand."""
    doors = [_COLLECTION, *_DOORS]
    context: dict[str, Any] = {"register": where_works("/register/"), "record": None, "bureau": None}
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        context |= standing_of(request.user)
        note(request, "portal.home", subject_id=request.user.pk)
        if context["record"] and context["status"] != CollectionStatus.TO_COMPLETE:
            doors.remove(_COLLECTION)  # done; what the record says stands behind the others
    else:
        with contextlib.suppress(DatabaseError):  # nothing else here needs it, and the phone numbers must be found
            context["exam"] = exam_notice(at=clock.now())
    with contextlib.suppress(DatabaseError):
        context["notices"] = lines(place=context.get("division") or "")[:NEWEST]
    context["doors"] = working(doors)
    return render(request, "portal/home.html", context)


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """R11.3: every bureau by city, and what ``q`` finds; technical support apart (R11.5)."""
    q = searched(request.GET.get("q", ""), LONGEST_SEARCH)
    found = _folds(q) if q else _whole_directory()
    return render(request, "portal/directory.html", {"q": q, **found})


@functools.cache
def _whole_directory() -> dict[str, Any]:
    """What nearly everybody opens; drawn once in a process, as it changes with a release."""
    return _folds("")


def _folds(q: str) -> dict[str, Any]:
    """The bureaux that ``q`` finds, drawn city by city, how many they are, and the lines of technical support."""
    cities: dict[str, list[FinanceBureau]] = {}
    support = []
    for bureau in search_directory(q):
        if bureau.is_technical_support:
            support.append(bureau)
        else:
            cities.setdefault(bureau.city, []).append(bureau)
    shown = {"q": q, "cities": cities, "elsewhere": {other.region: other for other in profile().others}}
    return {
        "folds": render_to_string("portal/_bureaux.html", shown) if cities else "",
        "count": sum(map(len, cities.values())),
        "support": support if profile().technical_support_serial else [],
    }


@require_safe
def elder(request: HttpRequest) -> HttpResponse:
    """Turn the elder view on (``on=1``) or off and go back to ``next``, an address of this platform (U-9)."""
    response = HttpResponseRedirect(local_address(request.GET.get("next", "")) or "/")
    secure = settings.SESSION_COOKIE_SECURE
    if request.GET.get("on") == "1":
        response.set_cookie(elder_cookie(), "1", max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(elder_cookie(), samesite="Lax")
    return response
