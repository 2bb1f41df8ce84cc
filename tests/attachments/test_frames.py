"""The frame that a person chose before sending comes with the file, and counts."""

import random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from kuaiji.attachments.models import Attachment
from kuaiji.attachments.pictures.cropping import CropFrame, default_frame
from kuaiji.attachments.services import frame_of
from kuaiji.attachments.uploads import take
from kuaiji.audit.access import Actor, set_actor
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.models import Event
from kuaiji.identity.models import User
from people.persons import make_picture
from people.records.users import make_user

pytestmark = pytest.mark.django_db
PICTURE = make_picture(random.Random(5), 1200, 1600)
PROPOSED = default_frame(1200, 1600)


@pytest.fixture
def user() -> User:
    return make_user()


def came(user: User, purpose: str = "photo", *, with_file: bool = True, **frame: Any) -> Attachment:
    """What is kept of the picture, posted with these fields beside it."""
    fields = {f"{purpose}_{name}": at for name, at in frame.items()}
    if with_file:
        fields[purpose] = SimpleUploadedFile("1.jpg", PICTURE, "image/jpeg")
    request = RequestFactory().post("/", fields)
    set_actor(request, lambda: Actor(ActorKind.CITIZEN, user.pk))
    uploads = take(request, person_key=user.person_key, fields={purpose: (purpose, "照片")})
    assert uploads.refused == {}
    return uploads.received[purpose]


def crops(photo: Attachment) -> int:
    return Event.objects.filter(subject_id=photo.pk, kind="PhotoCropped").count()


def test_a_frame_that_came_along_is_cut(user: User) -> None:
    photo = came(user, left=100, top=50, width=700)
    assert frame_of(photo) == CropFrame(100, 50, 700)
    assert (photo.width, photo.height, crops(photo)) == (358, 441, 1)


def test_the_same_file_with_another_frame_is_cut_anew_and_stays_one_picture(user: User) -> None:
    photo = came(user, left=100, top=50, width=700)
    again = came(user, left=100, top=50, width=700)
    assert (again.pk, crops(photo)) == (photo.pk, 1)
    moved = came(user, left=200, top=50, width=700)
    assert moved.pk == photo.pk and frame_of(moved) == CropFrame(200, 50, 700)
    assert Attachment.objects.filter(person_key=user.person_key, purpose="photo").count() == 1


def test_a_frame_may_come_after_its_file(user: User) -> None:
    photo = came(user)
    moved = came(user, with_file=False, left=100, top=50, width=700)
    assert moved.pk == photo.pk and frame_of(photo) == CropFrame(100, 50, 700)
    assert came(user, with_file=False, left=100, top=50, width=700).pk == photo.pk
    assert crops(photo) == 1


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"left": "", "top": "", "width": ""},
        {"left": "10", "top": "10"},
        {"left": "-1", "top": "0", "width": "500"},
        {"left": "0", "top": "1001", "width": "500"},
        {"left": "0", "top": "0", "width": "0"},
        {"left": "0", "top": "0", "width": "1e3"},
        {"left": "\u0661", "top": "0", "width": "500"},
    ],
    ids=str,
)
def test_without_a_frame_that_is_one_the_proposed_one_counts(user: User, frame: dict[str, Any]) -> None:
    photo = came(user, **frame)
    assert (frame_of(photo), crops(photo)) == (PROPOSED, 0)


def test_a_frame_outside_is_brought_into_the_picture(user: User) -> None:
    photo = came(user, left=900, top=0, width=900)
    assert frame_of(photo) == CropFrame(100, 0, 900)


def test_other_pictures_are_kept_whole(user: User) -> None:
    side = came(user, "id_card_front", left=100, top=50, width=700)
    assert (side.width, side.height, crops(side)) == (1200, 1600, 0)
