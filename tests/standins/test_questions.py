"""The identity check and the employer register."""

from collections.abc import Iterator

import httpx
import pytest

from people.houses.standins import Standins

PERSON = {"name": "示例人", "document_type": "01", "document_number": "X0000001"}
IDENTITY = "/identity/checks"


@pytest.fixture
def client(standins: Standins) -> Iterator[httpx.Client]:
    with standins.client() as client:
        yield client


@pytest.mark.parametrize(
    ("name", "result"),
    [("示例人", "match"), ("𠮷䶮·示例", "match"), ("假不符", "mismatch"), ("假未收录", "not_covered")],
)
def test_answers_by_name(client: httpx.Client, name: str, result: str) -> None:
    answer = client.post(IDENTITY, json=PERSON | {"name": name})
    assert (answer.status_code, answer.json()) == (200, {"result": result})


def test_down_by_name(client: httpx.Client) -> None:
    assert client.post(IDENTITY, json=PERSON | {"name": "假停机"}).status_code == 503


def test_hanging_by_name(client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.post(IDENTITY, json=PERSON | {"name": "假超时"}, timeout=1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", " "),
        ("name", "长" * 51),
        ("document_type", "1"),
        ("document_type", 1),
        ("document_number", ""),
        ("document_number", "9" * 31),
    ],
)
def test_a_bad_field_is_named(client: httpx.Client, field: str, value: object) -> None:
    answer = client.post(IDENTITY, json=PERSON | {field: value})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def search(client: httpx.Client, **asked: str | int) -> list[str]:
    answer = client.get("/employers", params=asked)
    assert answer.status_code == 200
    return [entry["name"] for entry in answer.json()]


def test_the_same_name_comes_first(client: httpx.Client) -> None:
    name = "广州市南粤示例第001商贸有限公司"
    (found,) = client.get("/employers", params={"q": name}).json()
    assert found == {
        "name": name,
        "uscc": "91440103000000019C",
        "industry": "51",
        "economic_type": "06",
        "address": "广州市荔湾区示例路1号",
        "phone": "020-90000001",
        "division_code": "440103",
    }


def test_names_that_begin_so_and_names_that_hold_it_are_found(client: httpx.Client) -> None:
    beginning = search(client, q="中山市", limit=50)
    assert len(beginning) == 24
    assert all(name.startswith("中山市") for name in beginning)
    holding = search(client, q="第003小学", limit=50)
    assert len(holding) > 10
    assert all("第003小学" in name for name in holding)
    assert holding == sorted(holding)


@pytest.mark.parametrize(
    "q", ["guangzhoushinanyueshilidi001", "GuangZhou Shi NanYue", "ｇｚｓｎｙ", "gzsnysld001", "guǎngzhōu"]
)
def test_pinyin_and_initials_find_a_name_and_its_beginning_comes_first(client: httpx.Client, q: str) -> None:
    found = search(client, q=q)
    assert found and all(name.startswith("广州市") for name in found)


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (10, 10), (50, 50)])
def test_the_limit_is_kept(client: httpx.Client, limit: int, count: int) -> None:
    assert len(search(client, q="示例", limit=limit)) == count


def test_ten_by_default_and_none_where_none_is(client: httpx.Client) -> None:
    assert len(search(client, q="示例")) == 10
    assert search(client, q="没有这个单位") == []


@pytest.mark.parametrize("q", ["%", "_", "\\", "示例%", "'; --"])
def test_wildcards_are_only_characters(client: httpx.Client, q: str) -> None:
    assert search(client, q=q) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        ("?q=", "q"),
        ("?q=%20", "q"),
        ("?q=%00", "q"),
        ("?q=" + "a" * 101, "q"),
        ("?q=a&limit=0", "limit"),
        ("?q=a&limit=51", "limit"),
        ("?q=a&limit=-1", "limit"),
        ("?q=a&limit=x", "limit"),
    ],
)
def test_a_bad_search_is_named(client: httpx.Client, query: str, field: str) -> None:
    answer = client.get(f"/employers{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)
