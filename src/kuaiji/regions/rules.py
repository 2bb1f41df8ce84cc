"""Territory (属地): which divisions and areas a registry's people choose from (R1.3); and which days are worked."""

import dataclasses
import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A division or a service area as a rule sees it. ``platform`` is set for service areas only."""

    code: str
    name: str
    level: str
    parent: str
    platform: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class City:
    """A city of the territory and everything its people can belong to, in the order to offer it."""

    code: str
    name: str
    places: tuple[Place, ...]


def jurisdiction(
    *, registry: str, territory: str, excluded: Iterable[str], divisions: Iterable[Place], areas: Iterable[Place]
) -> tuple[City, ...]:
    """What people of ``registry`` can choose, city by city.

    ``territory`` is the division it covers, without the cities in ``excluded``. Own level (市本级) first, then
    counties, then zones; a city without counties is chosen itself. The province's own level comes first of all.
    """
    excluded = set(excluded)
    by_parent: dict[str, list[Place]] = {}
    for division in divisions:
        by_parent.setdefault(division.parent, []).append(division)
        if division.code == territory:
            head = division
    own = [area for area in areas if area.platform == registry]
    cities = [head] if head.level == "prefecture" else by_parent.get(territory, [])
    groups = [
        _city(city, by_parent.get(city.code, []), [area for area in own if area.parent == city.code])
        for city in cities
        if city.code not in excluded
    ]
    province_level = tuple(area for area in own if area.parent == territory and head.level == "province")
    return (*([City(head.code, province_level[0].name, province_level)] if province_level else []), *groups)


def _city(city: Place, counties: list[Place], areas: list[Place]) -> City:
    own_level = [area for area in areas if area.code.endswith("-00")]
    zones = [area for area in areas if not area.code.endswith("-00")]
    return City(city.code, city.name, tuple(own_level + counties + zones) or (city,))


def is_worked(day: dt.date, exceptions: Mapping[dt.date, bool]) -> bool:
    """Whether people work on ``day``: as ``exceptions`` says, else from Monday to Friday."""
    return exceptions.get(day, day.weekday() < 5)


def working_day_after(day: dt.date, days: int, exceptions: Mapping[dt.date, bool]) -> dt.date:
    """The ``days``-th working day after ``day``; ``day`` itself for none."""
    while days:
        day += dt.timedelta(days=1)
        days -= is_worked(day, exceptions)
    return day


_OFFICE_OF_PROVINCE = re.compile("^(?:.{2,}省)?财政厅|省本级")
_OFFICES = re.compile("财政局|财政所|财政")
_LEVELS = str.maketrans("", "", "省市区县")
_LEAST = 2  # characters of a place's name that find it without the city


def is_place_meant(word: str, *, above: Sequence[str], names: Collection[str]) -> bool:
    """Whether ``word`` means the place of these ``names``, with or without those ``above`` it, from the top down.

    Levels (省市区县) and the words of an office are no part of what tells a place: 番禺财政局 is 广州市番禺区,
    and 财政局 alone may be any.
    """
    told = left = _told_by(word)
    for place in above:
        left = left.removeprefix(_told_by(place))
    least = _LEAST if left == told else 1
    return not left or (len(left) >= least and any(left in _told_by(name) for name in names))


def _told_by(name: str) -> str:
    return _OFFICES.sub("", _OFFICE_OF_PROVINCE.sub("厅", name)).translate(_LEVELS)
