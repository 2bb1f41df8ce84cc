"""Who sees a picture, how it travels, and the page that moves a photo's crop."""

import random
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from kuaiji.attachments import uploads
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.pictures.cropping import CropFrame
from kuaiji.attachments.services import claim_attachments, frame_of, read_attachment
from kuaiji.attachments.views import BUTTONS
from kuaiji.audit.access import Actor, set_actor
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.models import AccessLog, Event
from kuaiji.common import clock
from kuaiji.identity.models import User
from people.http_visitor import hidden_fields
from people.persons import make_picture
from people.records.users import make_user
from tests.support.uploads import send

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(row: Attachment | uuid.UUID, page: str = "show") -> str:
    return reverse(f"attachments:{page}", args=[row.pk if isinstance(row, Attachment) else row])


def accesses() -> list[tuple[Any, ...]]:
    return list(AccessLog.objects.order_by("id").values_list("actor_id", "action", "subject_id", "outcome"))


@pytest.mark.parametrize(
    ("purpose", "name"),
    [
        ("photo", "photo.jpg"),
        ("id_card_front", "id-card-front.jpg"),
        ("id_card_back", "id-card-back.jpg"),
        ("student_proof", "student-proof.jpg"),
    ],
)
def test_the_owner_sees_the_picture_and_the_log_says_so(purpose: str, name: str) -> None:
    user = make_user()
    row = send(user, purpose)
    answer = signed_in(user).get(address(row))
    assert (answer.status_code, answer.content) == (200, read_attachment(row))
    expected = {
        "Content-Type": "image/jpeg",
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    assert {header: answer.headers.get(header) for header in expected} == expected
    assert accesses() == [(user.pk, "attachments.show", row.pk, "ok")]


def test_nobody_else_sees_it() -> None:
    row, other = send(make_user(), "photo"), make_user(seed=2)
    client, unknown = signed_in(other), uuid.uuid4()
    assert [client.get(address(target)).status_code for target in (row, unknown)] == [404, 404]
    assert accesses() == [(other.pk, "attachments.show", target, "not_found") for target in (row.pk, unknown)]


def test_a_stranger_is_asked_to_sign_in() -> None:
    row = send(make_user(), "photo")
    for page in ("show", "crop"):
        answer = Client().get(address(row, page))
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/login/?next={address(row, page)}")
    assert accesses() == []


def test_other_sites_cannot_show_it() -> None:
    user = make_user()
    row = send(user, "photo")
    for client in (signed_in(user), Client()):
        assert client.get(address(row), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert accesses() == [(user.pk, "attachments.show", row.pk, "cross_site")]
    for near in ("same-origin", "none"):
        assert signed_in(user).get(address(row), headers={"Sec-Fetch-Site": near}).status_code == 200


def test_a_picture_is_only_read() -> None:
    user = make_user()
    assert signed_in(user).post(address(send(user, "photo"))).status_code == 405


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture
def photo(user: User) -> Attachment:
    return send(user, "photo", make_picture(random.Random(3), 1200, 1600))


def press(client: Client, photo: Attachment, action: str, page: str = "") -> str:
    """What the page says after a press of the button, with the numbers of ``page`` or of the page as it is now."""
    fields = hidden_fields(page or client.get(address(photo, "crop")).content.decode())
    answer = client.post(address(photo, "crop"), fields | {"action": action})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{address(photo, 'crop')}?pressed={action}")
    return client.get(answer.headers["Location"]).content.decode()


def frame(photo: Attachment) -> CropFrame:
    return frame_of(photo)


def test_the_page_shows_the_photo_and_its_buttons(user: User, photo: Attachment) -> None:
    page = signed_in(user).get(address(photo, "crop")).content.decode()
    assert f'src="{address(photo)}"' in page
    assert re.findall(r'name="action" value="(\w+)"', page) == [*BUTTONS, "set", "reset"]
    assert f'href="{reverse("collection:personal")}"' in page


def test_a_press_moves_the_picture_the_way_it_says(user: User, photo: Attachment) -> None:
    client = signed_in(user)
    widths = [frame(photo)[2]]
    for _ in range(3):
        press(client, photo, "zoom_in")
        widths.append(frame(photo)[2])
    assert widths == sorted(set(widths), reverse=True)
    left, top, width = frame(photo)
    press(client, photo, "up")
    assert frame(photo)[1] > top
    press(client, photo, "down")
    press(client, photo, "left")
    assert frame(photo)[0] > left
    press(client, photo, "right")
    assert frame(photo) == (left, top, width)
    press(client, photo, "zoom_out")
    assert frame(photo)[2] > width


def test_the_pad_reads_from_above_to_below() -> None:
    assert [label for label, _ in BUTTONS.values()] == ["上移", "左移", "右移", "下移", "缩小", "放大"]


@pytest.mark.parametrize(
    ("target", "leads"), [("", "/collection/personal/"), ("/changes/personal/", "/changes/personal/")]
)
def test_the_script_cuts_once_and_goes_on(user: User, photo: Attachment, target: str, leads: str) -> None:
    client = signed_in(user)
    where = f"{address(photo, 'crop')}?next={target}" if target else address(photo, "crop")
    answer = client.post(where, {"left": "120", "top": "90", "width": "600", "action": "set"})
    assert (answer.status_code, answer.headers["Location"]) == (302, leads)
    assert frame(photo) == (120, 90, 600)
    client.post(where, {"left": "120", "top": "90", "width": "600", "action": "set"})
    assert Event.objects.filter(subject_id=photo.pk, kind="PhotoCropped").count() == 1


def test_the_script_is_told_where_the_whole_picture_is(user: User, photo: Attachment) -> None:
    client = signed_in(user)
    [whole] = re.findall(r'data-crop="([^"]+)"', client.get(address(photo, "crop")).content.decode())
    assert client.get(whole).content == read_attachment(photo.original)  # type: ignore[arg-type]


def test_a_frame_that_leaves_the_picture_is_brought_inside(user: User, photo: Attachment) -> None:
    signed_in(user).post(address(photo, "crop"), {"left": "1000", "top": "1000", "width": "500", "action": "set"})
    left, top, width = frame(photo)
    assert (left, width) == (500, 500) and top < 1000


def test_pressing_twice_on_one_page_moves_once(user: User, photo: Attachment) -> None:
    client = signed_in(user)
    page = client.get(address(photo, "crop")).content.decode()
    for _ in range(2):
        press(client, photo, "zoom_in", page)
    assert Event.objects.filter(subject_id=photo.pk, kind="PhotoCropped").count() == 1


def test_the_pressed_button_keeps_the_focus_and_an_edge_is_named(user: User, photo: Attachment) -> None:
    client = signed_in(user)
    assert "不能再放大" not in (page := press(client, photo, "zoom_in"))
    assert re.findall(r'value="(\w+)" autofocus', page) == ["zoom_in"]
    assert "已到边缘，不能再缩小" in press(client, photo, "zoom_out")


def test_back_to_the_proposed_crop(user: User, photo: Attachment) -> None:
    client, proposed, before = signed_in(user), frame(photo), read_attachment(photo)
    press(client, photo, "zoom_in")
    press(client, photo, "reset")
    photo.refresh_from_db()
    assert (frame(photo), read_attachment(photo)) == (proposed, before)


@pytest.mark.parametrize(
    "wrong",
    [{"action": "spin"}, {"action": ""}, {"left": "-1"}, {"top": "1001"}, {"width": "0"}, {"width": "wide"}],
)
def test_numbers_no_page_sends_are_a_bad_request(user: User, photo: Attachment, wrong: dict[str, str]) -> None:
    fields = {"left": "10", "top": "10", "width": "500", "action": "up"} | wrong
    assert signed_in(user).post(address(photo, "crop"), fields).status_code == 400
    assert not Event.objects.filter(kind="PhotoCropped").exists()


def test_only_the_owner_crops_and_only_until_it_is_claimed(user: User, photo: Attachment) -> None:
    other = make_user(seed=2)
    claim_attachments(person_key=user.person_key, ids=[photo.pk], at=clock.now())
    fields = {"left": "10", "top": "10", "width": "500", "action": "up"}
    for person in (other, user):
        client = signed_in(person)
        assert client.get(address(photo, "crop")).status_code == 404
        assert client.post(address(photo, "crop"), fields).status_code == 404
    expected = [(person.pk, "attachments.crop", photo.pk, "attachment_gone") for person in (other, other, user, user)]
    assert accesses() == expected


def posted(*parts: tuple[str, bytes]) -> HttpRequest:
    """A form with these file parts."""
    data: dict[str, list[SimpleUploadedFile]] = {}
    for name, content in parts:
        data.setdefault(name, []).append(SimpleUploadedFile("a.jpg", content))
    return RequestFactory().post("/", data)


def take(user: User, request: HttpRequest) -> uploads.Uploads:
    fields = {"photo": ("photo", "免冠证件照"), "id_card_front": ("id_card_front", "人像面")}
    set_actor(request, lambda: Actor(ActorKind.CITIZEN, user.pk))
    return uploads.take(request, person_key=user.person_key, fields=fields)


def test_a_form_takes_new_files_and_remembers_earlier_ones(user: User) -> None:
    front = send(user, "id_card_front")
    taken = take(user, posted(("photo", make_picture(random.Random(1), 600, 800))))
    assert (taken.received["photo"].purpose, taken.received["id_card_front"], taken.refused) == ("photo", front, {})
    again = take(user, RequestFactory().get("/"))
    assert again == taken


def test_a_refused_file_is_named_and_the_others_count(user: User) -> None:
    send(user, "photo")
    taken = take(user, posted(("photo", b"GIF89a"), ("id_card_front", make_picture(random.Random(1), 600, 800))))
    assert set(taken.received) == {"id_card_front"}
    assert [(name, broken.code, broken.field) for name, broken in taken.refused.items()] == [
        ("photo", "picture_format", "photo")
    ]


def test_of_two_parts_of_one_name_the_last_counts(user: User) -> None:
    first, last = (make_picture(random.Random(seed), 600, 800) for seed in (1, 2))
    taken = take(user, posted(("id_card_front", first), ("id_card_front", last)))
    assert send(user, "id_card_front", last) == taken.received["id_card_front"]


def test_files_of_other_fields_are_not_touched(user: User) -> None:
    assert take(user, posted(("avatar", b"anything"))) == uploads.Uploads()
    assert not Event.objects.filter(person_key=user.person_key).exists()
