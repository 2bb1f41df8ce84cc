"""操作指引 (R11.2): chapters that ``python -m guide`` makes of ``docs/guide`` and of the running system."""

import dataclasses

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@dataclasses.dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: its place in the address, its title, its drawing, and what it tells."""

    slug: str
    title: str
    drawing: str
    about: str

    @property
    def template(self) -> str:
        """What ``python -m guide`` made of it."""
        return f"portal/guide/{self.slug}.html"


CHAPTERS = (
    Chapter("register", "注册", "person", "两个问题、注册信息、短信验证码、设置密码；登录和找回密码"),
    Chapter("collection", "信息采集", "archive", "八个步骤、核对提交、采集状态、打印信息档案"),
    Chapter("changes", "信息变更", "pencil", "变更信息、确认无变化、变更姓名、变更记录、更正申请、更换手机号、注销"),
)


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """What the guide is about, and its chapters."""
    return render(request, "portal/guide.html", {"chapters": CHAPTERS})


@require_safe
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    """One chapter; 404 for an unknown one."""
    for at, one in enumerate(CHAPTERS):
        if one.slug == slug:
            following = CHAPTERS[at + 1] if at + 1 < len(CHAPTERS) else None
            return render(request, "portal/guide_chapter.html", {"chapter": one, "following": following})
    raise Http404
