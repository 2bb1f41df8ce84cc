"""What members of staff do with lists and searches, and what Django's admin would do in their place."""

import datetime as dt
import random
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from django.contrib.admin import ModelAdmin
from django.contrib.admin.sites import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import RequestFactory

from bench.population.personas import Persona
from kuaiji.accountants.listing.finding import ORDERS, Place, Wanted, list_page, name_page
from kuaiji.accountants.models import ListRow
from kuaiji.accountants.reading.currency import current_from
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.ids import uuid7
from kuaiji.common.pinyin import name_keys, sort_reading, typed_form
from kuaiji.desk.people.searching import people_with
from kuaiji.desk.people.typed import read_typed
from kuaiji.identity.models import User
from kuaiji.regions.scope import Scope
from kuaiji.regions.services import bureau_of, scope_of

Act = Callable[[], object]


def scopes() -> dict[str, tuple[str, frozenset[str]]]:
    """A county, its city, and the province: the place of each, and the places that its bureau sees."""
    rows = ListRow.objects.order_by("division_code").values_list("division_code", flat=True).distinct()
    [county, *_] = [code for code in rows if len(code) == 6 and not code.endswith("00")]
    found = {}
    for name, code in (("county", county), ("city", f"{county[:4]}00"), ("province", f"{county[:2]}0000")):
        bureau = bureau_of(code)
        assert bureau is not None, code
        found[name] = code, scope_of(bureau).sees
    return found


def acts(places: Collection[str], somebody: Callable[[], Persona], rng: random.Random) -> Mapping[str, Act]:
    """By name; each takes somebody else, or begins elsewhere, every time."""
    scope = Scope(frozenset(), frozenset(places))
    admin, since = _Admin(places), dt.datetime.combine(current_from(clock.today()), dt.time(), CHINA)

    def behind() -> Place:
        return Place(sort_reading(somebody().name), uuid7())

    def filtered(**asked: Any) -> Act:
        return lambda: list_page(places, Wanted(**asked), ORDERS["name"])

    def named(text: Callable[[str], str]) -> Act:
        return lambda: name_page(places, typed_form(text(somebody().name)))

    return {
        "search surname": named(lambda name: name[:1]),
        "search name": named(lambda name: name),
        "search initials": named(lambda name: min((key for key, _ in name_keys(name) if key.isascii()), key=len)[:2]),
        "search number": lambda: people_with(read_typed(somebody().number), scope),
        "search phone": lambda: people_with(read_typed(somebody().phone), scope),
        "list": lambda: list_page(places, Wanted(), ORDERS["name"]),
        "list, deep": lambda: list_page(places, Wanted(), ORDERS["name"], after=behind()),
        "list, newest": lambda: list_page(places, Wanted(), ORDERS["newest"]),
        "list, common filters": filtered(gender=rng.choice("12"), current=True, current_from=since),
        "list, rare filters": filtered(status="to_complete", gender="1"),
        "list, nobody": filtered(title="4", schooling="11", gender="1", born_until=dt.date(1950, 1, 1)),
        "admin search surname": lambda: admin.page({"q": somebody().name[:1]}),
        "admin search name": lambda: admin.page({"q": somebody().name}),
        "admin list": lambda: admin.page({}),
        "admin list, page 50": lambda: admin.page({"p": "50"}),
        "admin list, rare filters": lambda: admin.page({"status__exact": "to_complete", "gender__exact": "1"}),
    }


class _Admin:
    """Django admin's change list of the same rows, within the same places."""

    def __init__(self, places: Collection[str]) -> None:
        class Rows(ModelAdmin):  # type: ignore[type-arg]
            search_fields = ("name__startswith",)
            list_filter = ("status", "gender")
            list_per_page = 50
            ordering = ("name",)
            actions = None  # those ask who it is

            def get_queryset(self, request: HttpRequest) -> "QuerySet[ListRow]":
                return cast("QuerySet[ListRow]", super().get_queryset(request)).filter(division_code__in=places)

            def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
                return True

            has_change_permission = has_view_permission

        self._rows = Rows(ListRow, AdminSite())

    def page(self, query: dict[str, str]) -> list[ListRow]:
        """One page, as its list shows it; an empty one where there are not so many."""
        request = RequestFactory().get("/", query)
        request.user = User(is_active=True)  # nobody; what it may do is said above
        try:
            shown = self._rows.get_changelist_instance(request)
        except Exception as error:
            if type(error).__name__ != "IncorrectLookupParameters":
                raise
            return []
        return list(shown.result_list)
