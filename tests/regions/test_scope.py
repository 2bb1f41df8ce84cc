"""Who serves and who sees each place: every row of both tables, by rules told here once more in other words."""

import csv

import pytest

from kuaiji.accountants.models import Record
from kuaiji.common.profile import profile
from kuaiji.regions.models import FinanceBureau
from kuaiji.regions.rules import Place
from kuaiji.regions.scope import Bureau, Chain, Scope, chains, scopes
from kuaiji.regions.services import DATA, bureau_of, places, scope_of
from people.records.versioned_records import make_record


def printed(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


DIVISIONS = {row["code"]: row for row in printed("divisions")}
AREAS = {row["code"]: row for row in printed("service_areas")}
BUREAUX = printed("finance_directory")
GUANGDONG, SHENZHEN = "440000", "440300"


def serial_of(bureau: FinanceBureau | None) -> str:
    """The printed number of a row; of the one without a number, its name."""
    return (bureau.serial or bureau.unit) if bureau else ""


def row_of(code: str) -> str:
    """The printed row of a division, or none."""
    return next((row["serial"] or row["unit"] for row in BUREAUX if row["division_code"] == code), "")


def expected(code: str) -> list[str]:
    """Who sees a place, the one that serves it first."""
    if code in AREAS:
        handler = AREAS[code]["handled_by"]
        rest = expected(AREAS[code]["parent_code"])
        return [handler, *(serial for serial in rest if serial != handler)]
    above = [code]
    while above[-1] not in (GUANGDONG, SHENZHEN) and DIVISIONS[above[-1]]["parent_code"]:
        above.append(DIVISIONS[above[-1]]["parent_code"])
    return [row for row in map(row_of, above) if row]


@pytest.mark.django_db
def test_every_place_is_served_by_one_bureau_and_seen_by_the_chain_above_it() -> None:
    seen_by: dict[str, set[str]] = {}
    served_by: dict[str, set[str]] = {}
    for bureau in FinanceBureau.objects.all():
        scope = scope_of(bureau)
        assert scope.serves <= scope.sees
        for code in scope.sees:
            seen_by.setdefault(code, set()).add(serial_of(bureau))
        for code in scope.serves:
            served_by.setdefault(code, set()).add(serial_of(bureau))
    assert len(DIVISIONS) > 3000 and len(AREAS) == 32
    for code in (*DIVISIONS, *AREAS):
        chain = expected(code)
        assert seen_by.get(code, set()) == set(chain), code
        assert served_by.get(code, set()) == set(chain[:1]), code
        assert serial_of(bureau_of(code)) == "".join(chain[:1]), code
        assert bool(chain) == code.startswith("44"), code  # elsewhere no bureau is known
    assert set(seen_by) == {code for code in (*DIVISIONS, *AREAS) if code.startswith("44")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("440103", ["3", "2", "1"]),  # 荔湾 → 广州 → 省
        ("440118", ["增城区", "2", "1"]),  # printed without a number
        ("440402", ["27", "1"]),  # 香洲 has no row: served by 珠海
        ("440400-00", ["27", "1"]),
        ("441300-ZK", ["120", "113", "1"]),  # 仲恺 handles its own people, though it lies in 惠城区
        ("440100-00", ["2", "1"]),
        ("440000-00", ["1"]),
        ("440000", ["1"]),
        ("441900", ["128", "1"]),  # a city without counties
        ("440303", ["15", "14"]),  # 深圳 keeps its own book: 广东 does not see it
        ("440300-SS", ["26", "14"]),
        ("430102", []),
    ],
)
def test_readings(code: str, chain: list[str]) -> None:
    assert expected(code) == chain
    seeing = {serial_of(row) for row in FinanceBureau.objects.all() if code in scope_of(row).sees}
    assert seeing == set(chain) and serial_of(bureau_of(code)) == "".join(chain[:1])


@pytest.mark.django_db
def test_a_zone_sees_itself_a_county_not_its_zones_a_city_all_of_it() -> None:
    def sees(serial: str) -> frozenset[str]:
        return scope_of(FinanceBureau.objects.get(serial=serial)).sees

    assert sees("120") == {"441300-ZK"}
    assert sees("114") == {"441302"}
    assert sees("113") == {code for code in (*DIVISIONS, *AREAS) if code.startswith("4413")}
    assert sees("14") == {code for code in (*DIVISIONS, *AREAS) if code.startswith("4403")}
    here = {place for place in places() if profile().code == GUANGDONG}
    assert here and here <= sees("1")
    assert not [code for code in sees("1") if code.startswith("4403")]
    assert sees("23") == sees("13") == frozenset()  # a blank row, and help with the platform


@pytest.mark.django_db
def test_records_are_seen_by_those_above_their_place_only() -> None:
    zone, county = make_record(seed=31), make_record(seed=32)
    Record.objects.filter(pk=zone.pk).update(division_code="441300-ZK")
    Record.objects.filter(pk=county.pk).update(division_code="441302")
    expectation = {"120": {zone.pk}, "114": {county.pk}, "113": {zone.pk, county.pk}, "1": {zone.pk, county.pk},
                   "115": set(), "2": set(), "14": set(), "23": set()}  # fmt: skip
    for serial, wanted in expectation.items():
        scope = scope_of(FinanceBureau.objects.get(serial=serial))
        assert set(Record.objects.visible_to(scope.sees).values_list("pk", flat=True)) == wanted, serial


def test_a_place_without_any_bureau_is_served_by_nobody_and_the_first_of_two_counts() -> None:
    divisions = [
        Place("10", "省", "province", ""),
        Place("11", "市", "prefecture", "10"),
        Place("12", "县", "county", "11"),
    ]
    bureaux = [Bureau(1, "11"), Bureau(2, "11"), Bureau(3, ""), Bureau(4, "20")]
    found = chains(divisions=divisions, areas={"11-Z": ("11", 3)}, bureaux=bureaux, territories={"10"})
    assert found == {"11": Chain(1, (1,)), "12": Chain(1, (1,)), "11-Z": Chain(3, (3, 1))}
    assert scopes(found) == {
        1: Scope(frozenset({"11", "12"}), frozenset({"11", "12", "11-Z"})),
        3: Scope(frozenset({"11-Z"}), frozenset({"11-Z"})),
    }
