"""Finding people and lists of them (R9.1, ADR 0120, ADR 0121)."""

import contextlib
import json
import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from kuaiji.accountants.listing.finding import PAGE, Listed, Place, list_page, name_page
from kuaiji.accountants.models import Record
from kuaiji.audit.access import note
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.desk.people import services
from kuaiji.desk.people.calling import call_of
from kuaiji.desk.people.display import lines_of
from kuaiji.desk.people.enums import ColumnName
from kuaiji.desk.people.forms import FilterForm, places_in
from kuaiji.desk.people.keeping import keep_search, kept_search, opened_place, sealed_place
from kuaiji.desk.people.searching import people_with, trace_of
from kuaiji.desk.people.typed import Typed, read_typed
from kuaiji.desk.permissions import PEOPLE
from kuaiji.identity.models import User
from kuaiji.staff.guards import StaffRequest, member_page

SEES_PEOPLE = tuple(sorted(PEOPLE))
TEMPLATE = "desk/people/people.html"
MOST_PAGES = 20  # that can be asked for by number; further on by the link behind a page
NO_SUCH_PLACE = "请在您能查看的地区中选择"
FORGOTTEN = "这次查找已经过期，请重新输入"


@member_page(*SEES_PEOPLE)
def people(request: StaffRequest) -> HttpResponse:
    """The box, what it found, or the list."""
    if request.method == "POST":
        return _search(request, request.POST)
    if "q" in request.GET:  # typed by hand: the same, and nothing of it stays in the address
        return _search(request, request.GET)
    if key := request.GET.get("s"):
        return _found(request, key)
    return _listed(request)


@member_page(*SEES_PEOPLE, methods=("GET", "HEAD"))
def call(request: StaffRequest, number: str) -> HttpResponse:
    """电话模式 of somebody with a record."""
    records = Record.objects.visible_to(request.scope.sees).filter(reference_number=number)
    return _called(request, User.objects.filter(record__in=records))


@member_page(*SEES_PEOPLE, methods=("GET", "HEAD"))
def call_person(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """电话模式 of somebody who has no record yet."""
    return _called(request, User.objects.filter(pk=person_id, record=None))


@member_page(*SEES_PEOPLE, methods=("POST",))
def lists(request: StaffRequest) -> HttpResponse:
    """Which columns the member's lists show, and filters to use again."""
    form = FilterForm(request.scope, request.POST)
    query = form.query() if form.is_valid() else {}
    match request.POST.get("action"):
        case "columns":
            services.choose_columns(member=request.member, columns=request.POST.getlist("columns"))
        case "keep":
            with contextlib.suppress(RuleBroken):
                services.keep_filter(member=request.member, name=request.POST.get("name", ""), query=urlencode(query))
        case "forget":
            services.forget_filter(member=request.member, filter_id=request.POST.get("filter", ""))
    return _to_list(**query)


def _search(request: StaffRequest, sent: QueryDict) -> HttpResponse:
    """Keep what is looked for, and lead to an address without it (303)."""
    text, division = sent.get("q", ""), sent.get("division", "")
    if not text.strip() and "q" in request.GET:  # ?q=&division=: the list of that region
        return _to_list(**{name: str(sent[name]) for name in ("division", "page") if sent.get(name)})
    try:
        read_typed(text)
    except RuleBroken as broken:
        return _refused(request, broken.message)
    if places_in(request.scope, division) is None:
        return _refused(request, NO_SUCH_PLACE)
    key = keep_search(request.session, request.member, json.dumps([text, division]))
    page = {"page": str(sent["page"])} if sent.get("page") else {}
    return _to_list(s=key, **page)


def _to_list(**query: str) -> HttpResponse:
    address = reverse("desk:people")
    return HttpResponseRedirect(f"{address}?{urlencode(query)}" if query else address, status=303)


def _refused(request: StaffRequest, words: str) -> HttpResponse:
    return refuse(request, TEMPLATE, _context(request, FilterForm(request.scope, {})) | {"fault": words})


def _found(request: StaffRequest, key: str) -> HttpResponse:
    kept = kept_search(request.session, request.member, key)
    if kept is None:
        return _refused(request, FORGOTTEN)
    text, division = json.loads(kept)
    typed = read_typed(text)
    if typed.name:
        return _by_name(request, typed.name, division, {"s": key})
    return _by_number(request, typed)


def _by_number(request: StaffRequest, typed: Typed) -> HttpResponse:
    calls = [call_of(user) for user in people_with(typed, request.scope)]
    for one in calls:
        note(request, "desk.found", subject_id=one.user.pk)
    if not calls:
        note(request, "desk.found", outcome=trace_of(typed))
    return render(request, TEMPLATE, _context(request, FilterForm(request.scope, {})) | {"calls": calls, "asked": True})


def _by_name(request: StaffRequest, name: str, division: str, query: dict[str, str]) -> HttpResponse:
    places = places_in(request.scope, division)
    if places is None:  # what the member sees has changed since
        raise Http404
    after, skip = _page(request)
    page = name_page(places, name, after=after, skip=skip)
    note(request, "desk.list")
    return render(request, TEMPLATE, _context(request, FilterForm(request.scope, {}), page, query) | {"asked": True})


def _listed(request: StaffRequest) -> HttpResponse:
    form = FilterForm(request.scope, request.GET)
    if not form.is_valid():
        return refuse(request, TEMPLATE, _context(request, form))
    filtered, (after, skip) = form.filtered(), _page(request)
    page = list_page(filtered.places, filtered.wanted, filtered.order, after=after, skip=skip)
    note(request, "desk.list")
    return render(request, TEMPLATE, _context(request, form, page, form.query()))


def _page(request: StaffRequest) -> tuple[Place | None, int]:
    """Behind which row a page begins, and how many rows further; raises Http404 for no page of ours."""
    page = request.GET.get("page", "")
    if page.isascii() and page.isdigit() and len(page) < 6:
        if not 1 <= int(page) <= MOST_PAGES:
            raise Http404
        return None, PAGE * (int(page) - 1)
    after = opened_place(request.member, page) if page else None
    if page and after is None:
        raise Http404
    return after, 0


def _context(
    request: StaffRequest, form: FilterForm, page: Listed | None = None, query: dict[str, str] | None = None
) -> dict[str, Any]:
    """What the page shows around a table, and the table of ``page``, whose address carries ``query``."""
    shown, query = services.columns_of(request.member), query or {}
    context = {
        "form": form,
        "columns": [(name.value, name.label, name.value in shown) for name in ColumnName],
        "filters": services.filters_of(request.member),
        "hidden": list(form.query().items()) if form.is_valid() else [],
    }
    if page is None:
        return context
    return context | {
        "lines": lines_of(page, shown),
        "heads": [ColumnName(name).label for name in shown],
        "further": urlencode(query | {"page": sealed_place(request.member, page.last)}) if page.last else "",
        "first": urlencode(query) if request.GET.get("page") else None,
    }


def _called(request: StaffRequest, found: Any) -> HttpResponse:
    user = found.select_related("person_key").first()
    if user is None:
        note(request, "desk.call", outcome="not_found")
        raise Http404
    note(request, "desk.call", subject_id=user.pk)
    return render(request, "desk/people/call.html", {"call": call_of(user)})
