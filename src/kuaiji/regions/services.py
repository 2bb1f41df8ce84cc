"""Reading and loading places and bodies."""

import csv
import functools
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from kuaiji.common.profile import profile
from kuaiji.common.text import searched
from kuaiji.regions.calendar import load_workdays
from kuaiji.regions.models import Division, FinanceBureau, Registry, ServiceArea
from kuaiji.regions.rules import City, Place, is_place_meant, jurisdiction
from kuaiji.regions.scope import Bureau, Chain, Scope, chains, scopes

DATA = Path(__file__).resolve().parent / "data"
LONGEST_SEARCH = 40  # characters of a search of the directory
OWN, OWN_ROWS = "own", 1000  # bureaux that stand in the profile: their source, and the first of their positions


@functools.cache
def cities() -> tuple[City, ...]:
    """Everything this platform's people can belong to; kept for the life of the process."""
    here = profile()
    return _jurisdiction(here.code, here.territory, here.excluded)


@functools.cache
def cities_of(registry: str) -> tuple[City, ...]:
    """Everything that people of another registry can belong to (R5.1); nothing where it has no divisions."""
    territories = dict(Registry.objects.exclude(division=None).values_list("code", "division_id"))
    territory = territories.pop(registry, None)
    return _jurisdiction(registry, territory, tuple(territories.values())) if territory else ()


def full_name_in(registry: Registry, code: str) -> str:
    """湖南省长沙市芙蓉区: a place of another registry; its own name alone for a code that it does not have, or none."""
    for city in cities_of(registry.code):
        for place in city.places:
            if place.code == code:
                whole = _joined(city, place)
                return whole if whole.startswith(registry.name) else f"{registry.name}{whole}"
    return registry.name


def registries() -> list[Registry]:
    """The other registries, in the order of the national list."""
    return list(Registry.objects.exclude(code=profile().code))


@functools.cache
def bodies_of_their_own() -> list[Registry]:
    """Central bodies and the army: they collect their own people wherever these work (R1.3)."""
    return list(Registry.objects.filter(kind__in=("central_agency", "military")))


@functools.cache
def places() -> dict[str, tuple[City, Place]]:
    """Every place this platform's people can belong to, by its code, with its city."""
    return {place.code: (city, place) for city in cities() for place in city.places}


def full_name(code: str) -> str:
    """广州市荔湾区; with its province where it lies outside this platform's territory, or the code of no place."""
    if code not in places():
        registry = _registry_of(code)
        return full_name_in(registry, code) if registry else code
    city, place = places()[code]
    return _joined(city, place)


@functools.lru_cache(maxsize=512)
def bureau_of(code: str) -> FinanceBureau | None:
    """Who serves a division or area: its own row, or its city's (R1.3), or the province's; None outside."""
    chain = _chains().get(code)
    return FinanceBureau.objects.get(pk=chain.server) if chain else None


def scope_of(bureau: FinanceBureau) -> Scope:
    """Which places ``bureau`` serves and sees (R9.1): ``Record.objects.visible_to(scope_of(bureau).sees)``."""
    return _scopes().get(bureau.pk, Scope())


@functools.lru_cache(maxsize=512)
def bureaux_above(bureau: FinanceBureau) -> tuple[int, ...]:
    """Ids of the bureaux that see what ``bureau`` serves, the nearest first; none for that of the registry itself."""
    own = _chains().get(bureau.division_id or "")
    served = [own] if own else [chain for chain in _chains().values() if chain.server == bureau.pk]
    for chain in served:
        if bureau.pk in chain.seen_by:
            return chain.seen_by[chain.seen_by.index(bureau.pk) + 1 :]
    return ()


@functools.lru_cache(maxsize=512)
def bureaux_under(bureau: FinanceBureau) -> frozenset[int]:
    """Ids of the bureaux whose work ``bureau`` sees, itself among them (R9.1)."""
    found = {bureau.pk}
    for chain in _chains().values():
        if bureau.pk in chain.seen_by:
            found.update(chain.seen_by[: chain.seen_by.index(bureau.pk)])
    return frozenset(found)


def search_directory(q: str) -> list[FinanceBureau]:
    """Rows of the platform's territory by place, address or office, in printed order; each word has to be found.

    A place may be typed with or without what stands above it, 市 and 区, and the words of its office: 广州荔湾,
    广州市荔湾区财政局, 荔湾财政局.
    """
    words = searched(q, LONGEST_SEARCH).split()[:5]
    return [row for row in _directory() if all(_is_found(word, row) for word in words)]


@functools.cache
def _directory() -> tuple[FinanceBureau, ...]:
    """Few rows, read whole and kept for the life of the process, as they change with a release."""
    within = profile().territory.rstrip("0")
    rows = FinanceBureau.objects.exclude(unit="").filter(
        Q(division__code__startswith=within) | Q(parent_code__startswith=within)
    )
    return tuple(rows.select_related("division"))


def _is_found(word: str, row: FinanceBureau) -> bool:
    names = (row.city, row.unit, row.division.name if row.division else "")
    if any(word in text for text in (*names, row.address)):
        return True
    province = f"{(row.parent_code or row.division_id or '')[:2]}0000"
    above = next((one.name for one in _divisions() if one.code == province), "")
    return is_place_meant(word, above=(above, row.city), names=names)


@transaction.atomic
def load_regions() -> int:
    """Write the shipped divisions, bureaux, service areas, registries and working days; rows are updated, never
    removed."""
    counts = (_load_divisions(), _load_bureaux(), _load_areas(), _load_own_bureaux(), _load_registries())
    for cached in (
        cities,
        cities_of,
        bodies_of_their_own,
        places,
        bureau_of,
        bureaux_above,
        bureaux_under,
        _directory,
        _chains,
        _scopes,
        _divisions,
        _registry_of,
    ):
        cached.cache_clear()
    return sum(counts) + load_workdays()


def _load_divisions() -> int:
    """Parents first."""
    divisions = [
        Division(code=row["code"], name=row["name"], level=row["level"], parent_id=row["parent_code"] or None)
        for row in _read("divisions")
    ]
    divisions.sort(key=lambda division: (division.parent_id is not None, division.level == "county", division.code))
    Division.objects.bulk_create(
        divisions, update_conflicts=True, unique_fields=["code"], update_fields=["name", "level", "parent"]
    )
    return len(divisions)


def _load_bureaux() -> int:
    bureaux = [
        FinanceBureau(
            serial=row["serial"],
            source=row["source"],
            position=position,
            city=row["city"],
            unit=row["unit"],
            division_id=row["division_code"] or None,
            parent_code=row["parent_code"],
            phones=row["phones"].split(";") if row["phones"] else [],
            address=row["address"],
            note=row["note"],
        )
        for position, row in enumerate(_read("finance_directory"))
    ]
    FinanceBureau.objects.bulk_create(
        bureaux,
        update_conflicts=True,
        unique_fields=["position"],
        update_fields=["serial", "source", "city", "unit", "division", "parent_code", "phones", "address", "note"],
    )
    return len(bureaux)


def _load_areas() -> int:
    handlers = dict(FinanceBureau.objects.filter(source="000").exclude(serial="").values_list("serial", "pk"))
    areas = [
        ServiceArea(
            code=row["code"],
            name=row["name"],
            parent_id=row["parent_code"],
            is_functional_zone=row["is_functional_zone"] == "1",
            bureau_id=handlers[row["handled_by"]],
            platform=row["platform"],
        )
        for row in _read("service_areas")
    ]
    ServiceArea.objects.bulk_create(
        areas,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "parent", "is_functional_zone", "bureau", "platform"],
    )
    return len(areas)


def _load_registries() -> int:
    registries = [
        Registry(
            code=row["code"],
            name=row["name"],
            division_id=row["division_code"] or None,
            kind=row["kind"],
            authority=row["authority"],
            note=row["note"],
        )
        for row in _read("platforms")
    ]
    Registry.objects.bulk_create(
        registries,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "division", "kind", "authority", "note"],
    )
    return len(registries)


def _load_own_bureaux() -> int:
    """The bureaux that the profile brings along, and the areas that its people belong to besides divisions."""
    ours, divisions = profile(), set(Division.objects.values_list("code", flat=True))
    for position, row in enumerate(ours.bureaux, OWN_ROWS):
        is_division = row.division in divisions
        bureau, _ = FinanceBureau.objects.update_or_create(
            position=position,
            defaults={
                "source": OWN,
                "city": row.city,
                "unit": row.unit,
                # The bureau of a whole city serves the counties that have none of their own (R1.3).
                "division_id": row.division[:6] if is_division or row.division.endswith("-00") else None,
                "parent_code": "" if is_division else row.division[:6],
                "phones": list(row.phones),
                "address": row.address,
            },
        )
        if not is_division:
            area = {"name": row.unit, "parent_id": row.division[:6], "bureau": bureau, "platform": ours.code}
            area |= {"is_functional_zone": not row.division.endswith("-00")}
            ServiceArea.objects.update_or_create(code=row.division, defaults=area)
    return len(ours.bureaux)


def _joined(city: City, place: Place) -> str:
    return place.name if place.name.startswith(city.name) else f"{city.name}{place.name}"


@functools.lru_cache(maxsize=512)
def _registry_of(code: str) -> Registry | None:
    """Who has this place: 深圳 has those that begin with 4403, 广东 the other ones with 44."""
    for territory in (f"{code[:4]}00", f"{code[:2]}0000"):
        if found := Registry.objects.filter(division=territory).first():
            return found
    return None


def _jurisdiction(registry: str, territory: str, excluded: tuple[str, ...]) -> tuple[City, ...]:
    return jurisdiction(
        registry=registry,
        territory=territory,
        excluded=excluded,
        divisions=_divisions(),
        areas=[Place(a.code, a.name, "area", a.parent_id, a.platform) for a in ServiceArea.objects.order_by("code")],
    )


@functools.cache
def _divisions() -> tuple[Place, ...]:
    """The whole country, which is asked for once for every registry."""
    return tuple(Place(d.code, d.name, d.level, d.parent_id or "") for d in Division.objects.all())


@functools.cache
def _chains() -> dict[str, Chain]:
    return chains(
        divisions=_divisions(),
        areas={area.code: (area.parent_id, area.bureau_id) for area in ServiceArea.objects.all()},
        bureaux=[Bureau(pk, division or "") for pk, division in FinanceBureau.objects.values_list("pk", "division_id")],
        territories=set(Registry.objects.exclude(division=None).values_list("division_id", flat=True)),
    )


@functools.cache
def _scopes() -> dict[int, Scope]:
    return scopes(_chains())


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
