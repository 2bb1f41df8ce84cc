"""What a government's site says of itself: 隐私政策, 无障碍声明, 网站地图; and what it tells search engines."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kuaiji.archives.services import KEPT
from kuaiji.common.context import HELP, NAVIGATION, working
from kuaiji.common.own_pages import OWN_ROWS
from kuaiji.identity.enums import TextKey
from kuaiji.identity.late_forms.services import MINUTES as LATE_FORM_MINUTES
from kuaiji.identity.sessions.known_browsers import RETENTION
from kuaiji.identity.texts import files
from kuaiji.portal.guide import chapters

Rows = list[tuple[str, str]]  # label and address

DOORS: Rows = [
    ("用户注册", "/register/"),
    ("登录", "/login/"),
    ("用短信验证码登录", "/login/code/"),
    ("找回密码", "/recover/"),
    ("手机号丢失申请", "/recover/phone-lost/"),
    ("信息采集", "/collection/"),
    ("调出", "/transfers/out/"),
    ("省外调入", "/transfers/in/"),
    ("我的页面", "/me/"),
    ("信息已采集卡片", "/me/card/"),
    ("短信提醒", "/me/messages/choice/"),
    ("修改密码", "/me/security/password/"),
    ("更换手机号", "/me/security/phone/"),
    ("注销", "/me/security/close/"),
]
ABOUT: Rows = [
    ("个人信息处理告知", "/notice/privacy/"),
    ("信息采集须知", "/notice/collection/"),
]
# Where no search engine has any business: people's own pages, and what only forms lead to.
CLOSED = (
    "/me/",
    "/collection/",
    "/changes/",
    "/transfers/out/",
    "/transfers/in/",
    "/attachments/",
    "/elder/",
)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """隐私政策: the notice in force, and beside it how long, which cookies, which rights, as the code has them."""
    context = {
        "text": files.current_text(TextKey.PRIVACY),
        "session_minutes": settings.SESSION_IDLE_SECONDS // 60,
        "session_hours": settings.SESSION_ABSOLUTE_SECONDS // 3600,
        "late_minutes": LATE_FORM_MINUTES,
        "print_hours": int(KEPT.total_seconds() // 3600),
        "browser_days": RETENTION.days,
    }
    return render(request, "portal/privacy.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """无障碍声明 (无障碍环境建设法): what is tested, what is not, and whom to tell."""
    return render(request, "portal/accessibility.html")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """网站地图: every page that one can begin at."""
    return render(request, "portal/sitemap.html", {"parts": site_parts()})


def site_parts() -> list[tuple[str, Rows]]:
    """The pages of the site in groups; an address stands in one of them, and only while a page answers there."""
    parts: list[tuple[str, Rows]] = [
        ("业务办理", [*DOORS, *_own_rows()]),
        ("操作指引", [(one.title, f"/guide/{one.slug}/") for one in chapters()]),
        ("本网站", [row for row in (*NAVIGATION, *HELP, *ABOUT) if "#" not in row[1]]),
    ]
    seen: set[str] = set()
    shown = []
    for title, rows in parts:
        fresh = [row for row in working(rows) if row[1] not in seen]
        shown.append((title, list({address: (label, address) for label, address in fresh[::-1]}.values())[::-1]))
        seen |= {address for _, address in fresh}
    return shown


def _own_rows() -> Rows:
    rows = sorted(((OWN_ROWS[address], address) for address in OWN_ROWS), key=lambda one: one[0].order)
    return [(row.label, address) for row, address in rows]


@require_safe
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    """The pages that are open to all, for search engines (sitemaps.org)."""
    open_to_all = [url for _, rows in site_parts() for _, url in rows if not url.startswith(CLOSED)]
    context = {"addresses": [request.build_absolute_uri(url) for url in open_to_all]}
    return render(request, "portal/sitemap.xml", context, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {address}" for address in CLOSED)]
    lines += ["", f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
