"""What a list of people is filtered by; the address carries it, and nothing about anybody."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.db.models import Q

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.listing.finding import ORDERS, Order, Wanted
from kuaiji.accountants.reading.currency import current_from
from kuaiji.codelists.choices import education_levels
from kuaiji.codelists.services import choices_of
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.dates import months_after
from kuaiji.common.forms import Form
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.regions.scope import Scope
from kuaiji.regions.services import cities

ANY = ("", "全部")
NO_TITLE = "0"
# Statuses that a record can have: the others are of people without one, who are in no list.
STATUSES = (
    CollectionStatus.COLLECTED,
    CollectionStatus.TO_COMPLETE,
    CollectionStatus.TRANSFERRING_OUT,
    CollectionStatus.TRANSFERRED_OUT,
    CollectionStatus.ENDED,
)
# From the one age to the other, both included.
AGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"16-24": (16, 24), "25-34": (25, 34), "35-44": (35, 44), "45-54": (45, 54), "55-64": (55, 64), "65-": (65, 120)}
)
MARKS = (
    ("unverified", "身份未核验"),
    ("code", "信用代码待核"),
    ("unanswered", "核验未答复"),
)
_OPEN: Mapping[str, Q] = MappingProxyType(
    {
        "unverified": Q(user__checks__kind=CheckKind.IDENTITY)
        & Q(user__checks__outcome__in=(CheckOutcome.PENDING, CheckOutcome.NOT_COVERED)),
        "unanswered": Q(user__checks__outcome=CheckOutcome.PENDING),
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class Filtered:
    """A filter as a list reads it."""

    places: frozenset[str]
    wanted: Wanted
    order: Order


class FilterForm(Form):
    """The panel above a list: what is empty is not asked. Only regions of the member's own can be chosen."""

    division = forms.ChoiceField(label="地区", required=False)
    status = forms.ChoiceField(label="采集状态", required=False)
    title = forms.ChoiceField(label="会计职称", required=False)
    schooling = forms.ChoiceField(label="学历", required=False)
    gender = forms.ChoiceField(label="性别", required=False)
    age = forms.ChoiceField(label="年龄", required=False)
    since = forms.DateField(label="采集日期从", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="采集日期到", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    current = forms.ChoiceField(label="信息更新", required=False)
    mark = forms.ChoiceField(label="标记", required=False)
    order = forms.ChoiceField(label="排序", required=False)

    def __init__(self, scope: Scope, data: Any) -> None:
        super().__init__(data)
        self._scope = scope
        offered = {
            "division": [ANY, *_divisions(scope)],
            "status": [ANY, *((status.value, status.label) for status in STATUSES)],
            "title": [ANY, *choices_of("qualification_levels"), (NO_TITLE, "无职称")],
            "schooling": [ANY, *education_levels()],
            "gender": [ANY, *choices_of("genders")],
            "age": [ANY, *((band, _band(*years)) for band, years in AGES.items())],
            "current": [ANY, ("yes", "最新"), ("no", "待更新")],
            "mark": [ANY, *MARKS],
            "order": [(name, order.label) for name, order in ORDERS.items()],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A span that ends before it begins finds nobody: say so."""
        values = super().clean() or {}
        if (since := values.get("since")) and (until := values.get("until")) and until < since:
            self.add_error("until", "采集日期的止日早于起日，请核对")
        return values

    def filtered(self) -> Filtered:
        """The filter; the form is valid."""
        values, today = self.cleaned_data, clock.today()
        younger, older = AGES.get(values["age"], (None, None))
        current = {"yes": True, "no": False}.get(values["current"])
        wanted = Wanted(
            status=values["status"],
            title={"": None, NO_TITLE: ""}.get(values["title"], values["title"]),
            schooling=values["schooling"],
            gender=values["gender"],
            # Born on a day so many years ago, and not a year earlier.
            born_from=None if older is None else months_after(today, -12 * (older + 1)) + dt.timedelta(days=1),
            born_until=None if younger is None else months_after(today, -12 * younger),
            collected_from=_begin(values["since"]),
            collected_before=_begin(values["until"], days=1),
            current=current,
            current_from=None if current is None else _begin(current_from(today)),
            code_meant=values["mark"] == "code",
            open_checks=_OPEN.get(values["mark"]),
        )
        return Filtered(_places_in(self._scope, values["division"]), wanted, ORDERS[values["order"] or "name"])

    def query(self) -> dict[str, str]:
        """The filter as an address carries it; the form is valid."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


def places_in(scope: Scope, division: str) -> frozenset[str] | None:
    """What a member sees of a region that is offered to it; None of another one."""
    return _places_in(scope, division) if division in _offered(scope) | {""} else None


def _places_in(scope: Scope, division: str) -> frozenset[str]:
    if not division:
        return scope.sees
    within = {city.code: {place.code for place in city.places} for city in cities()}.get(division, set())
    return frozenset({division, *within}) & scope.sees


def _offered(scope: Scope) -> set[str]:
    return {code for _, rows in _divisions(scope) for code, _ in rows}


def _divisions(scope: Scope) -> list[tuple[str, list[tuple[str, str]]]]:
    """City by city what the member sees; the city as a whole where that is more than one place."""
    groups = []
    for city in cities():
        rows = [(place.code, place.name) for place in city.places if place.code in scope.sees]
        whole = [(city.code, f"{city.name}全部")] if len(rows) > 1 and (city.code, city.name) not in rows else []
        groups.append((city.name, [*whole, *rows]))
    return [(name, rows) for name, rows in groups if rows]


def _band(younger: int, older: int) -> str:
    return f"{younger}岁以上" if older > 100 else f"{younger}—{older}岁"


def _begin(day: dt.date | None, days: int = 0) -> dt.datetime | None:
    """When a day begins in China, so many days later."""
    return None if day is None else dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), CHINA)
