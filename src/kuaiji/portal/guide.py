"""操作指引 (R11.2): chapters that ``python -m guide`` makes of ``docs/guide`` and of the running system."""

import dataclasses

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kuaiji.common.profile import profile


@dataclasses.dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: its place in the address, title, drawing, what it tells; ``only``: the platform that it is for."""

    slug: str
    title: str
    drawing: str
    about: str
    only: str = ""

    @property
    def pictured(self) -> str:
        """Whose platform its pictures show."""
        return self.only or "guangdong"

    @property
    def template(self) -> str:
        """What ``python -m guide`` made of it."""
        return f"portal/guide/{self.slug}.html"


CHAPTERS = (
    Chapter("register", "注册", "person", "两个问题、注册信息、短信验证码、设置密码；登录和找回密码"),
    Chapter("collection", "信息采集", "archive", "八个步骤、核对提交、采集状态、打印信息档案"),
    Chapter("changes", "信息变更", "pencil", "变更信息、确认无变化、变更姓名、变更记录、更正申请、更换手机号、注销"),
    Chapter("exam", "报名资格自查", "exam", "能不能报名、年限怎么算、还差什么、在哪里补"),
    Chapter("transfer-out", "调出", "transfer", "换到其他平台管理的地区：申请、等待审核、撤回"),
    Chapter("transfer-in", "调入", "transfer", "从其他平台调到这里：验证信息、确认调入、完成采集"),
    Chapter("photo", "证件照回执码", "person", "拍照取回执码、凭回执码获取照片、获取不到怎么办", only="shenzhen"),
)


def chapters() -> list[Chapter]:
    """Those that are for this platform's people."""
    return [chapter for chapter in CHAPTERS if chapter.only in ("", profile().slug)]


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """What the guide is about, and its chapters."""
    return render(request, "portal/guide.html", {"chapters": chapters()})


@require_safe
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    """One chapter; 404 for an unknown one."""
    shown = chapters()
    for at, one in enumerate(shown):
        if one.slug == slug:
            following = shown[at + 1] if at + 1 < len(shown) else None
            return render(request, "portal/guide_chapter.html", {"chapter": one, "following": following})
    raise Http404
