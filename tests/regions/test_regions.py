"""Territory, bureaux and the directory, from the reference data as it is loaded."""

import csv
from pathlib import Path

import pytest

import kuaiji.regions.services as regions
from kuaiji.common import profile as profiles
from kuaiji.regions.models import Division, FinanceBureau, Registry, ServiceArea
from kuaiji.regions.rules import Place, jurisdiction

pytestmark = pytest.mark.django_db
DATA = Path(regions.__file__).parent / "data"


def printed(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def territory_of(slug: str) -> set[str]:
    profile = profiles.load(slug)
    cities = jurisdiction(
        registry=profile.code,
        territory=profile.territory,
        excluded=profile.excluded,
        divisions=[Place(d.code, d.name, d.level, d.parent_id or "") for d in Division.objects.all()],
        areas=[Place(a.code, a.name, "area", a.parent_id, a.platform) for a in ServiceArea.objects.all()],
    )
    return {place.code for city in cities for place in city.places}


def test_all_rows_are_loaded() -> None:
    counts = {
        Division: "divisions",
        FinanceBureau: "finance_directory",
        ServiceArea: "service_areas",
        Registry: "platforms",
    }
    for model, name in counts.items():
        assert model._default_manager.count() == len(printed(name))


def test_guangdong_is_the_province_without_shenzhen() -> None:
    codes = territory_of("guangdong")
    assert {"440000-00", "440100-00", "440103", "441900", "442000", "441300-ZK", "440402"} <= codes
    assert not [code for code in codes if code.startswith("4403")]
    counties = {
        row["code"] for row in printed("divisions") if row["code"].startswith("44") and row["level"] == "county"
    }
    assert {code for code in counties if not code.startswith("4403")} <= codes
    assert not codes & {"440000", "440100"}, "a city with counties is no answer, its own level is"


def test_the_two_platforms_share_nobody_and_leave_out_nobody() -> None:
    guangdong, shenzhen = territory_of("guangdong"), territory_of("shenzhen")
    assert not guangdong & shenzhen
    assert {"440300-00", "440300-DP", "440300-SS", "440303"} <= shenzhen
    areas = {row["code"] for row in printed("service_areas")}
    counties = {
        row["code"] for row in printed("divisions") if row["code"].startswith("44") and row["level"] == "county"
    }
    assert guangdong | shenzhen == areas | counties | {"441900", "442000"}


@pytest.mark.parametrize(
    ("code", "serial"),
    [
        ("440103", "3"), ("440402", "27"), ("440403", "27"), ("440000-00", "1"), ("440100-00", "2"),
        ("441300-ZK", "120"), ("441900", "128"), ("442000", "129"), ("440000", "1"), ("440303", "15"),
    ],
)  # fmt: skip
def test_every_place_is_served_by_its_row_or_its_city_s(code: str, serial: str) -> None:
    bureau = regions.bureau_of(code)
    assert bureau is not None and bureau.serial == serial


def test_every_place_has_a_bureau_with_a_phone() -> None:
    for code in regions.places():
        bureau = regions.bureau_of(code)
        assert bureau is not None and bureau.phones, code


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("440103", "广州市荔湾区"),
        ("440000-00", "省本级"),
        ("440100-00", "广州市本级"),
        ("441900", "东莞市"),
        ("110101", "北京市东城区"),
        ("440304", "深圳市福田区"),
        ("000000", "000000"),
    ],
)
def test_full_names(code: str, name: str) -> None:
    assert regions.full_name(code) == name


def test_every_county_belongs_to_one_registry() -> None:
    cities = [city for row in Registry.objects.all() for city in regions.cities_of(row.code)]
    codes = [place.code for city in cities for place in city.places]
    counties = {row["code"] for row in printed("divisions") if row["level"] == "county"}
    assert len(codes) == len(set(codes)) and counties <= set(codes)
    assert [row.code for row in Registry.objects.all() if not regions.cities_of(row.code)] == [
        "660000", "900001", "900002", "900003"
    ]  # fmt: skip


def test_own_places_are_those_of_the_own_registry() -> None:
    assert regions.cities_of(profiles.profile().code) == regions.cities()
    assert profiles.profile().code not in [row.code for row in regions.registries()]


@pytest.mark.parametrize(
    ("registry", "code", "name"),
    [
        ("440300", "440304", "深圳市福田区"),
        ("440300", "440300-00", "深圳市本级"),
        ("440000", "440103", "广东省广州市荔湾区"),
        ("440000", "441900", "广东省东莞市"),
        ("110000", "110101", "北京市东城区"),
        ("430000", "430102", "湖南省长沙市芙蓉区"),
        ("660000", "", "新疆生产建设兵团"),
        ("440300", "440103", "深圳市"),
    ],
)
def test_full_names_elsewhere(registry: str, code: str, name: str) -> None:
    assert regions.full_name_in(Registry.objects.get(pk=registry), code) == name


@pytest.mark.parametrize(
    ("q", "found"), [("荔湾", 1), ("广州", 13), ("增城", 1), ("深圳 福田", 2), ("不存在", 0), ("", 153)]
)
def test_the_directory_is_searched_word_by_word(q: str, found: int) -> None:
    rows = [row for row in regions.search_directory(q) if not row.is_technical_support]
    assert len(rows) >= found if q in ("广州", "荔湾", "增城") else len(rows) == found
    assert all(row.unit for row in rows), "the row that is blank in print is skipped"


@pytest.mark.parametrize(
    ("q", "units"),
    [
        ("广州市番禺区财政局", ["番禺区"]),
        ("广东省广州市番禺区财政局", ["番禺区"]),
        ("番禺财政局", ["番禺区"]),
        ("番禺区财政局", ["番禺区"]),
        ("广州番禺", ["番禺区"]),
        ("番\u200b禺\u3000财政局", ["番禺区"]),
        ("\u202a广州市 番禺区\u202c", ["番禺区"]),
        ("佛山市南海区财政局", ["南海区财政局"]),
        ("南海财政局", ["南海区财政局"]),
        ("湛江市徐闻县财政局", ["徐闻县"]),
        ("徐闻财政", ["徐闻县"]),
        ("珠海市金湾区财政局", ["珠海市（含市直、金湾区、斗门区）"]),
        ("广州开发区财政局", ["黄埔区（广州开发区）"]),
        ("广东省财政厅", ["省本级"]),
        ("财政厅", ["省本级"]),
        ("湛江市福田区财政局", []),
        ("火星市财政局", []),
    ],
)
def test_a_bureau_is_found_as_people_call_it(q: str, units: list[str]) -> None:
    assert [row.unit for row in regions.search_directory(q) if not row.is_technical_support] == units


def test_a_citys_bureau_is_found_with_the_citys_others() -> None:
    assert len(regions.search_directory("财政局")) == len(regions.search_directory(""))
    for q in ("广州市财政局", "广州财政局", "广东省广州市财政局"):
        assert [row.unit for row in regions.search_directory(q)][:2] == ["广州市市本级", "荔湾区"]


def test_loading_again_changes_nothing() -> None:
    before = list(FinanceBureau.objects.values_list())
    regions.load_regions()
    assert list(FinanceBureau.objects.values_list()) == before
