"""Bad input as the documents name it: refused at its field in words, what was typed kept, nothing stored."""

import datetime as dt
import random
from collections.abc import Mapping

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from kuaiji.attachments.models import Attachment
from kuaiji.collection.models import StepAnswers
from kuaiji.common import clock
from kuaiji.common.documents.cards import check_digit
from kuaiji.identity.models import Registration, User
from people.hostile.attempts import OF_EVERY_VISIT, Writes, send, standing_at
from people.hostile.doors import DOORS
from people.hostile.doors.scenes import BORN, Door
from people.hostile.doors.sections import AWARD, EMPLOYER, PERIOD, QUALIFICATION
from people.hostile.doors.strangers import DETAILS
from people.persons import Fields, make_picture
from people.records.users import make_user

pytestmark = pytest.mark.django_db
BY_TITLE = {door.title: door for door in DOORS}
NUMBER, USCC = DETAILS["document_number"], EMPLOYER["employer_uscc"]
TOMORROW = clock.today() + dt.timedelta(days=1)
SIXTEEN = BORN.replace(year=1996)


def card(birth: str, address: str = "440106") -> str:
    """A number with this birth date, right but for it."""
    return (body := f"{address}{birth}001") + check_digit(body)


def other(character: str) -> str:
    return "0" if character != "0" else "1"


def again(row: Fields, prefix: str) -> Fields:
    """The same row a second time."""
    second = {name.replace("-0-", "-1-"): value for name, value in row.items()}
    return row | second | {f"{prefix}-TOTAL_FORMS": "2"}


# door, what is changed of a right post, the field at fault, words of its message
BAD: Mapping[str, tuple[str, Fields, str, str]] = {
    "checksum": ("details", {"document_number": NUMBER[:17] + other(NUMBER[17])}, "document_number", "末位校验不符"),
    "digit": ("details", {"document_number": other(NUMBER[0]) + NUMBER[1:]}, "document_number", "请核对"),
    "no-such-birth": ("details", {"document_number": card("19990230")}, "document_number", "日期不存在"),
    "future-birth": ("details", {"document_number": card("20990101")}, "document_number", "1900年至今"),
    "too-young": ("details", {"document_number": card("20200101")}, "document_number", "未满14周岁"),
    "no-province": ("details", {"document_number": card("19900101", "990000")}, "document_number", "外国人永久居留"),
    "fifteen": ("details", {"document_number": NUMBER[:6] + NUMBER[8:17]}, "document_number", "15位旧号码已停用"),
    "seventeen": ("details", {"document_number": NUMBER[:17]}, "document_number", "应为18位，现为17位"),
    "letter": ("details", {"document_number": NUMBER[:9] + "O" + NUMBER[10:]}, "document_number", "第10位应为数字"),
    "permit-as-card": ("details", {"document_number": "H12345678"}, "document_number", "来往内地通行证号码，请改选"),
    "residence-as-card": ("details", {"document_number": card("19900101", "810000")}, "document_number", "居民居住证"),
    "card-as-permit": ("details", {"document_type": "02"}, "document_number", "这是居民身份证号码，请改选证件类型"),
    "card-as-residence": ("details", {"document_type": "07"}, "document_number", "这是居民身份证号码，请改选证件类型"),
    "card-as-other": ("details", {"document_type": "99"}, "document_number", "这是居民身份证号码，请改选证件类型"),
    "card-as-passport": ("details", {"document_type": "05"}, "document_number", "这是居民身份证号码，请改选证件类型"),
    "no-country": ("details-passport", {"document_country": ""}, "document_country", "请选择签发国家或地区"),
    "unknown-country": ("details-passport", {"document_country": "XYZ"}, "document_country", "不在可选范围内"),
    "phone-short": ("details", {"phone": "1380013800"}, "phone", "应为11位，现为10位"),
    "phone-prefix": ("details", {"phone": "12000138000"}, "phone", "以13至19开头"),
    "code-short": ("details-code", {"sms_code": "12345"}, "sms_code", "6 位数字"),
    "own-password": ("password", {"password1": f"kj{NUMBER[6:14]}"}, "password1", "不能含证件号"),
    "unknown-group": ("personal-1", {"ethnic_group": "77"}, "ethnic_group", "不在可选范围内"),
    "unborn": ("personal-1", {"birth_date": "2099-01-01"}, "birth_date", "1900年至今"),
    "no-such-day": ("personal-1", {"birth_date": "1990-02-30"}, "birth_date", "2月没有30日"),
    "no-leap-year": ("education-1", {"full_time_graduated_on": "2003-02-29"}, "full_time_graduated_on", "没有29日"),
    "graduates-tomorrow": ("education-1", {"full_time_graduated_on": TOMORROW.isoformat()}, "full_time_graduated_on",
                           "不能晚于今天"),
    "graduates-at-nine": ("education-1", {"full_time_graduated_on": "1989-12-31"}, "full_time_graduated_on", "10 周岁"),
    "degree-without-level": ("education-1", {"full_time_level": "31", "full_time_second_degree": ""},
                             "full_time_degree", "本科以下学历没有学位"),
    "heading": ("education-1", {"full_time_level": "20"}, "full_time_level", "不在可选范围内"),
    "shenzhen": ("employment-1", {"division_code": "440305"}, "division_code", "深圳"),
    "other-province": ("employment-1", {"division_code": "430100"}, "division_code", "应在广东省（除深圳）范围内"),
    "no-division": ("employment-1", {"division_code": "449999"}, "division_code", "应在广东省（除深圳）范围内"),
    "before-sixteen": ("employment-1", {"accounting_start_date": (SIXTEEN - dt.timedelta(days=1)).isoformat()},
                       "accounting_start_date", "早于年满 16 周岁"),
    "starts-tomorrow": ("employment-1", {"accounting_start_date": TOMORROW.isoformat()}, "accounting_start_date",
                        "不能晚于今天"),
    "years": ("employment-1", {"accounting_years": "101"}, "accounting_years", "不能大于 100"),
    "years-of-life": ("employment-1", {"accounting_years": "70"}, "accounting_years", "年满 16 周岁至今只有"),
    "no-years": ("employment-1", {"accounting_years": "-1"}, "accounting_years", "不能小于 0"),
    "uscc-last": ("employment-1", {"employer_uscc": USCC[:17] + other(USCC[17])}, "employer_uscc", "末位校验不符"),
    "uscc-body": ("employment-1", {"employer_uscc": USCC[:10] + other(USCC[10]) + USCC[11:]}, "employer_uscc",
                  "第9至17位校验不符"),
    "uscc-letter": ("employment-1", {"employer_uscc": "O" + USCC[1:]}, "employer_uscc", "不含字母O"),
    "uscc-short": ("employment-1", {"employer_uscc": USCC[:17]}, "employer_uscc", "应为18位，现为17位"),
    "no-area-code": ("employment-1", {"employer_phone": "81899453"}, "employer_phone", "座机请加区号"),
    "backwards": ("employment-periods", {"periods-0-ended_on": "2000-12-31"}, "periods-0-ended_on", "早于开始时间"),
    "period-twice": ("employment-periods", again(PERIOD, "periods"), "periods-1-started_on", "与第 1 段重复"),
    "row-twice": ("professional-qualifications", again(QUALIFICATION, "qualifications"), "qualifications-1-category",
                  "与第 1 项重复"),
    "award-twice": ("awards-awards", again(AWARD, "awards"), "awards-1-name", "与第 1 项重复"),
    "award-next-year": ("awards-awards", {"awards-0-year": str(TOMORROW.year + 1)}, "awards-0-year", "不能晚于今年"),
    "graduated-first": ("professional-talents", {"talents-0-graduated_year": "2011"}, "talents-0-graduated_year",
                        "早于入选年度"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_it_is_refused_at_its_field(case: str) -> None:
    title, changed, name, words = BAD[case]
    door = BY_TITLE[title]
    with standing_at(door) as scene, connection.execute_wrapper(writes := Writes()):
        writes.tables.clear()
        answer = send(door, scene, door.right | changed)
    page = answer.content.decode()
    assert answer.status_code == 422 and f'id="error-{name}"' in page
    assert words in page.split(f'id="error-{name}">')[1].split("</p>")[0]
    shown = {other: value for other, value in (door.right | changed).items() if _is_typed(door, other)}
    assert all(f'value="{value}"' in page for value in shown.values())
    assert writes.tables <= OF_EVERY_VISIT | door.traces


def _is_typed(door: Door, name: str) -> bool:
    return name in door.names and door.kind(name).shown


# --- out of order, and again ------------------------------------------------------------------------------------------

COLLECTION = [door for door in DOORS if door.path.startswith("/collection/")]


@pytest.mark.parametrize("door", COLLECTION[:-1], ids=lambda door: door.title)
def test_a_step_cannot_be_taken_before_the_one_before_it(door: Door) -> None:
    client = Client()
    client.force_login(make_user())
    for path, first in ((door.path, "/collection/notice/"), ("/collection/review/", "/collection/notice/")):
        answer = client.post(path, door.right)
        assert (answer.status_code, answer.headers["Location"]) == (302, first)
    assert not StepAnswers.objects.exists()


@pytest.mark.parametrize(
    ("path", "title", "first"),
    [
        ("/register/details/", "details", "/register/?expired=1"),
        ("/register/password/", "password", "/register/?expired=1"),
        ("/recover/password/", "recover-password", "/recover/"),
    ],
)
def test_nor_a_page_of_the_registration(path: str, title: str, first: str) -> None:
    answer = Client().post(path, BY_TITLE[title].right)
    assert (answer.status_code, answer.headers["Location"]) == (302, first)
    assert not User.objects.exists() and not Registration.objects.exists()


@pytest.mark.parametrize("door", [door for door in DOORS if door.leads], ids=lambda door: door.title)
def test_a_post_sent_again_has_no_second_effect(door: Door) -> None:
    """But for the two questions, which begin anew: nothing of the person is known there."""
    with standing_at(door) as scene:
        first = send(door, scene, door.right)
        before = rows()
        second = send(door, scene, door.right)
        begun = {"identity.Registration": 1} if door.title == "register" else {}
        assert (first.status_code, second.status_code) == (302, 302)
        assert {table: count - before[table] for table, count in rows().items() if count != before[table]} == begun


def rows() -> dict[str, int]:
    """How many rows each table of ours holds; visits are written down each time."""
    watched = [model for model in apps.get_models() if model._meta.db_table not in OF_EVERY_VISIT]
    return {model._meta.label: model._base_manager.count() for model in watched if model._meta.managed}


def test_a_good_file_stays_when_another_field_is_refused() -> None:
    door = BY_TITLE["personal-1"]
    with standing_at(door) as scene:
        Attachment.objects.filter(purpose="id_card_front").delete()
        picture = SimpleUploadedFile("正面.jpg", make_picture(random.Random(1), 600, 400), "image/jpeg")
        answer = scene.client.post(door.path, door.right | {"email": "no address", "id_card_front": picture})
        received = Attachment.objects.get(purpose="id_card_front")
        page = answer.content.decode()
        assert answer.status_code == 422 and 'id="error-email"' in page and 'id="error-id_card_front"' not in page
        assert f"/attachments/{received.pk}/" in page and "已收到" in page
        assert scene.client.post(door.path, door.right).status_code == 302
        assert door.stored(scene, "id_card_front") == str(received.pk)
