"""深圳's places and telephones: its own, and whose the others are (R6, R1.6)."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError

from kuaiji.accountants.sections.forms.employment import DivisionField
from kuaiji.regions.services import bureau_of, places, search_directory
from tests.support.profiles import served_as

pytestmark = pytest.mark.django_db
ZONES = {"440300-00", "440300-DP", "440300-SS"}


@pytest.fixture(autouse=True)
def shenzhen() -> Iterator[None]:
    with served_as("shenzhen"):
        yield


def test_its_telephones_are_rows_14_to_26_without_the_blank_one() -> None:
    assert [row.serial for row in search_directory("")] == [str(row) for row in range(14, 27) if row != 23]
    assert [row.unit for row in search_directory("大鹏")] == ["大鹏新区"]


def test_every_place_is_its_own_and_has_a_telephone() -> None:
    assert len(places()) == 12 and set(places()) >= ZONES
    assert all(code.startswith("4403") for code in places())
    for code in places():
        bureau = bureau_of(code)
        assert bureau and bureau.city == "深圳市" and bureau.phones


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("440103", "广东省（除深圳）的会计人员请到广东省会计信息服务平台办理"),
        ("430100", "行政区划应在深圳市范围内，请重新选择"),
        ("440300", "行政区划应在深圳市范围内，请重新选择"),
    ],
)
def test_other_places_are_refused_with_a_word_on_whose_they_are(code: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        DivisionField().validate(code)
