"""通知公告 as everybody reads it: the list, one notice, the Atom feed (R9.5, R11.1)."""

import datetime as dt
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.notices.display import shown
from kuaiji.notices.models import Notice
from kuaiji.notices.services.reading import lines
from kuaiji.regions.services import cities, full_name, places

FED = 20  # entries of the feed


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Those for everybody, and with ``division`` those of that place; an unknown place is none (404)."""
    place = request.GET.get("division", "")
    if place and place not in places():
        raise Http404
    context = {"notices": lines(place=place), "place": place, "cities": cities()}
    return render(request, "notices/notices.html", context | {"place_name": full_name(place) if place else ""})


@require_safe
def notice(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """One edition; a withdrawn one leaves title and reason (410), a draft is nothing (404)."""
    now = clock.now()
    found = _published(notice_id, now)
    later = Notice.objects.public(now).filter(follows=found).first()
    before = Notice.objects.public(now).filter(pk=found.follows_id).first() if found.follows_id else None
    context = {**shown(found), "later": later, "before": before}
    return render(request, "notices/notice.html", context, status=410 if found.withdrawn_at else 200)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest for everybody, as Atom (RFC 4287): title, moment and address."""
    title = f"{profile().title}通知公告"
    address = request.build_absolute_uri(reverse("notices:notices"))
    atom = Atom1Feed(
        title=title, link=address, description=title, language="zh-CN", feed_url=request.build_absolute_uri()
    )
    for line in sorted(lines(), key=lambda each: each.published_at, reverse=True)[:FED]:
        link = request.build_absolute_uri(reverse("notices:notice", args=[line.id]))
        atom.add_item(
            title=line.title,
            link=link,
            description="",
            unique_id=f"urn:uuid:{line.id}",
            pubdate=line.published_at,
            updateddate=line.published_at,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _published(notice_id: uuid.UUID, now: dt.datetime) -> Notice:
    found = Notice.objects.select_related("bureau").filter(pk=notice_id, published_at__lte=now).first()
    if found is None:
        raise Http404
    return found
