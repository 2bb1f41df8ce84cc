"""Values that mean harm by their number, their place or their name."""

import random
import re
from urllib.parse import quote, urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.attachments.models import Attachment
from kuaiji.collection.models import StepAnswers
from kuaiji.common.dates import beside
from kuaiji.common.forms import DateField
from kuaiji.identity.models import User
from people.persons import Fields, make_person, make_picture
from people.records.drafts import fill_in
from people.records.users import make_user
from people.sign_in_steps import PASSWORD, make_details, make_owner

pytestmark = pytest.mark.django_db
PERSON = make_person(random.Random(1), status="1")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def user() -> User:
    user = make_user(PERSON)
    fill_in(user, PERSON)
    return user


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def identity_of(user: User) -> dict[str, object]:
    fresh = User.objects.select_related("person_key").get(pk=user.pk)
    names = ("name", "document_type", "document_country", "document_number", "phone", "password", "is_active")
    return {name: getattr(fresh, name) for name in (*names, "person_key_id", "works_in_accounting", "last_login")}


@pytest.mark.parametrize("slug", [section.slug.value for section in SECTIONS])
def test_fields_no_form_names_are_not_read(slug: str, user: User, client: Client) -> None:
    """Who a person is cannot be changed by any step, and nothing else gets in (ASVS 8.2.3, 15.3.3)."""
    before = identity_of(user)
    smuggled: Fields = {
        "name": "冒名", "document_type": "05", "document_number": "X0000001", "phone": "13900000000", "password": "x",
        "is_active": "", "person_key": "1", "person_key_id": "1", "user": "1", "user_id": "1", "id": "1", "pk": "1",
        "draft": "1", "submitted_at": "2020-01-01", "notice_version": "x", "status": "collected", "holder_code": "1",
        "data": "{}", "answers": "{}", "__class__": "x", "_state": "x", "constructor": "x", "__proto__": "x",
    }  # fmt: skip
    typed = dict(smuggled) | PERSON.sections[slug]
    assert client.post(f"/collection/{slug}/", typed).status_code == 302
    [section] = [section for section in SECTIONS if section.slug == slug]
    kept = StepAnswers.objects.get(draft__user=user, step=slug)
    dates = {name for name, field in section.form.base_fields.items() if isinstance(field, DateField)}
    assert set(kept.data) <= set(section.form.base_fields) | set(section.rows) | {beside(name) for name in dates}
    assert identity_of(user) == before and kept.person_key_id == user.person_key_id


NUMBERS = [
    "9" * 30,
    "-1",
    "1e9",
    "0x10",
    "1_0",
    "٣",
    "²",
    "NaN",
    "Infinity",
    "1.5",
    "+7",
    " ",
    "99999999999999999999",
    "70.0",
]


@pytest.mark.parametrize("field", ["accounting_years", "revision", "periods-TOTAL_FORMS", "periods-INITIAL_FORMS"])
def test_numbers_out_of_range_are_refused_or_passed_over(field: str, client: Client) -> None:
    """No number is too large, negative or strange for the code or a column (ASVS 1.4.2)."""
    for number in NUMBERS:
        typed = PERSON.sections["employment"] | {"employment_status": "1", field: number}
        assert client.post("/collection/employment/", typed).status_code in (302, 409, 422), number


def test_rows_are_counted_by_the_server(client: Client) -> None:
    for number in NUMBERS:
        typed = PERSON.sections["awards"] | {"awards-TOTAL_FORMS": number, "action": "add-awards"}
        assert client.post("/collection/awards/", typed).status_code in (200, 302, 422), number


def test_words_of_the_address_are_no_words_of_the_form() -> None:
    """What a form is sent counts, whatever stands in the address (ASVS 15.3.7)."""
    details = make_details("one")
    make_owner(details)
    right = {"document_number": details.person.document.number, "password": PASSWORD}
    assert Client().post(f"/login/?{urlencode(right)}", {}).status_code == 422
    assert Client().post(f"/login/?{urlencode(right | {'password': 'wrong'})}", right).status_code == 302
    both = urlencode([*right.items(), ("password", "wrong")])
    assert Client().post("/login/", both, content_type=FORM).status_code == 422
    both = urlencode([("password", "wrong"), *right.items()])
    assert Client().post("/login/", both, content_type=FORM).status_code == 302
    cookies = Client()
    cookies.cookies.load({name: quote(value) for name, value in right.items()})
    assert cookies.post("/login/", {}).status_code == 422


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "text/plain", "application/x-protobuf"])
def test_bodies_of_other_kinds_are_no_forms(client: Client, user: User, kind: str) -> None:
    body = b'{"truthful": "on", "document_number": "1", "password": "2"}'
    assert client.post("/collection/notice/", body, content_type=kind).status_code == 422
    assert Client().post("/login/", body, content_type=kind).status_code == 422


NAMES = [
    "../../../etc/passwd",
    "..\\..\\x.jpg",
    "a\0.jpg",
    "a.php",
    "a.jpg.exe",
    'a";x="y.jpg',
    "a\r\nSet-Cookie: b=c",
    "长" * 300,
]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_is_never_used(name: str, client: Client, user: User) -> None:
    """Its place is random, its name at showing ours (ASVS 5.3.2, 5.4.1, 5.4.2)."""
    upload = SimpleUploadedFile("x.jpg", make_picture(random.Random(name), 600, 800), "text/html")
    upload._name = name  # type: ignore[attr-defined]
    client.post("/collection/personal/", PERSON.sections["personal"] | {"photo": upload})
    row = Attachment.objects.filter(person_key=user.person_key, purpose="photo", claimed_at=None).order_by("-id")[0]
    assert re.fullmatch(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}", row.storage_key)
    answer = client.get(f"/attachments/{row.pk}/?filename={name[:20]}")
    assert answer.headers["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert answer.headers["Content-Type"] == "image/jpeg"
