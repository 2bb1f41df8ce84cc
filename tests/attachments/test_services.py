"""Pictures on the database and on the disk."""

import contextlib
import datetime as dt
import io
import os
import random
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import storages
from django.db import transaction
from PIL import Image

from kuaiji.attachments import storage, tasks
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.pictures.cropping import CropFrame
from kuaiji.attachments.purposes import PURPOSES
from kuaiji.attachments.services import (
    SWEPT_AT_ONCE,
    UPLOADS_PER_DAY,
    adjustable,
    claim_attachments,
    crop_photo,
    frame_of,
    read_attachment,
    received_attachments,
    sweep_stray_files,
    sweep_unclaimed_files,
)
from kuaiji.audit.models import Event
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import SealBroken
from kuaiji.identity.models import User
from kuaiji.keys.models import PersonKey
from people.persons import make_picture
from people.records.users import make_user
from tests.support.uploads import receiving, send

pytestmark = pytest.mark.django_db

Capture = Callable[..., contextlib.AbstractContextManager[list[Callable[[], Any]]]]
FRAME = CropFrame(left=300, top=100, width=400)


def keys_on_disk(files: Path) -> set[str]:
    return {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()}


def keys_of_rows() -> set[str]:
    return set(Attachment.objects.values_list("storage_key", flat=True))


def crop(user: User, photo: Attachment, frame: CropFrame = FRAME) -> Attachment:
    return crop_photo(operation=receiving(user), person_key=user.person_key, attachment_id=photo.pk, frame=frame)


def claim(user: User, *attachments: Attachment) -> None:
    claim_attachments(person_key=user.person_key, ids=[row.pk for row in attachments], at=clock.now())


def sweep_strays(capture: Capture) -> None:
    with capture(execute=True):
        tasks.sweep_strays(timestamp=0)


def refusal(broken: pytest.ExceptionInfo[RuleBroken]) -> tuple[str, str | None]:
    return broken.value.code, broken.value.field


@pytest.mark.parametrize("purpose", sorted(name for name in PURPOSES if PURPOSES[name].rule))
def test_what_was_sent_comes_back_as_a_jpeg(purpose: str) -> None:
    row = Attachment.objects.get(pk=send(make_user(), purpose).pk)
    jpeg = read_attachment(row)
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (row.width, row.height))
    assert (row.purpose, row.size, row.claimed_at) == (purpose, len(jpeg), None)


def test_a_photo_is_kept_whole_and_cropped() -> None:
    photo = send(make_user(), "photo")
    assert (photo.width, photo.height) == (358, 441)
    assert photo.original is not None
    assert (photo.original.purpose, photo.original.width, photo.original.height) == ("photo_original", 600, 800)


def test_the_disk_holds_only_ciphertext_for_our_eyes(files: Path) -> None:
    sent = make_picture(random.Random(1), 700, 900)
    row = send(make_user(), "id_card_front", sent)
    sealed = (files / row.storage_key).read_bytes()
    runs = {sealed[at : at + 64] for at in range(len(sealed))}
    for plain in (sent, read_attachment(row)):
        assert not any(plain[at : at + 64] in runs for at in range(len(plain) - 63))
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in (files, *files.rglob("*"))}
    assert modes == {True: 0o700, False: 0o600}


def test_ciphertext_moved_to_another_row_does_not_open() -> None:
    user = make_user()
    front, back = send(user, "id_card_front"), send(user, "id_card_back")
    front.storage_key = back.storage_key
    with pytest.raises(SealBroken):
        read_attachment(front)


def test_the_event_names_purpose_size_and_format_but_no_file() -> None:
    user = make_user()
    sent = make_picture(random.Random(1), 700, 900)
    row = send(user, "student_proof", sent)
    event = Event.objects.get(subject_id=row.pk)
    assert (event.kind, event.person_key_id, event.personal) == ("FileReceived", user.person_key_id, None)
    assert event.data == {"purpose": "student_proof", "size": len(sent), "format": "JPEG"}


def test_the_same_file_again_is_the_same_row(files: Path) -> None:
    user, sent = make_user(), make_picture(random.Random(1), 600, 800)
    first = send(user, "photo", sent)
    before = keys_on_disk(files)
    assert send(user, "photo", sent) == first
    assert keys_on_disk(files) == before
    assert send(user, "student_proof", sent) != first
    assert send(make_user(seed=2), "photo", sent) != first


@pytest.mark.parametrize("purpose", ["photo", "id_card_back"])
def test_a_new_picture_replaces_the_unclaimed_one(
    files: Path, purpose: str, django_capture_on_commit_callbacks: Capture
) -> None:
    user, other = make_user(), make_user(seed=2)
    kept = [send(user, "id_card_front"), send(other, purpose)]
    old = send(user, purpose)
    with django_capture_on_commit_callbacks(execute=True):
        new = send(user, purpose)
    assert not Attachment.objects.filter(pk=old.pk).exists()
    assert Attachment.objects.filter(pk__in=[new.pk, *(row.pk for row in kept)]).count() == 3
    assert keys_on_disk(files) == keys_of_rows()


def test_a_new_picture_leaves_a_claimed_one_alone() -> None:
    user = make_user()
    old = send(user, "photo")
    claim(user, old)
    send(user, "photo")
    old.refresh_from_db()
    assert old.claimed_at
    read_attachment(old)


def test_a_refused_file_leaves_nothing_but_its_event(files: Path) -> None:
    user = make_user()
    with pytest.raises(RuleBroken) as broken:
        send(user, "photo", b"%PDF-1.7 not a picture")
    assert refusal(broken) == ("picture_format", "photo")
    assert not Attachment.objects.exists()
    assert keys_on_disk(files) == set()
    event = Event.objects.get(person_key=user.person_key)
    assert (event.kind, event.data) == (
        "FileRefused",
        {"purpose": "photo", "size": 22, "code": "picture_format"},
    )


def test_sixty_uploads_a_day_refused_ones_included() -> None:
    user, other = make_user(), make_user(seed=2)
    with time_machine.travel(dt.datetime.now(clock.CHINA).replace(hour=23, minute=50), tick=False) as moment:
        for _ in range(UPLOADS_PER_DAY):
            with pytest.raises(RuleBroken) as broken:
                send(user, "photo", b"")
            assert refusal(broken) == ("picture_empty", "photo")
        with pytest.raises(RuleBroken) as broken:
            send(user, "photo")
        assert refusal(broken) == ("upload_quota", "photo")
        send(other, "photo")
        moment.shift(dt.timedelta(minutes=10))
        send(user, "photo")


def test_no_row_no_file(files: Path) -> None:
    user = make_user()
    user.person_key = PersonKey(
        pk=uuid.uuid4(), wrapping_key=user.person_key.wrapping_key, wrapped=user.person_key.wrapped
    )
    user.person_key.__dict__["box"] = make_user(seed=2).person_key.box
    with pytest.raises(PersonKey.DoesNotExist):
        send(user, "photo")
    assert keys_on_disk(files) == set()


def test_cropping_keeps_the_row_and_replaces_the_file(files: Path, django_capture_on_commit_callbacks: Capture) -> None:
    user = make_user()
    photo = send(user, "photo")
    before = read_attachment(photo)
    with django_capture_on_commit_callbacks(execute=True):
        assert crop(user, photo) == photo
    photo.refresh_from_db()
    after = read_attachment(photo)
    assert after != before
    assert (photo.width, photo.height, photo.size) == (358, 441, len(after))
    assert frame_of(adjustable(person_key=user.person_key, attachment_id=photo.pk)) == FRAME
    assert keys_on_disk(files) == keys_of_rows()


@pytest.mark.parametrize("what", ["another's", "claimed", "no photo", "the original"])
def test_only_an_own_unclaimed_photo_is_cropped(what: str) -> None:
    user, other = make_user(), make_user(seed=2)
    photo, claimed, front = send(user, "photo"), send(other, "photo"), send(user, "id_card_front")
    claim(other, claimed)
    person, row = {
        "another's": (other, photo),
        "claimed": (other, claimed),
        "no photo": (user, front),
        "the original": (user, photo.original),
    }[what]
    assert row is not None
    with pytest.raises(RuleBroken) as broken:
        crop(person, row)
    assert refusal(broken) == ("attachment_gone", None)


def test_claiming_again_changes_nothing() -> None:
    user = make_user()
    rows = [send(user, purpose) for purpose in ("photo", "id_card_front")]
    claim(user, *rows)
    first = list(Attachment.objects.filter(pk__in=[row.pk for row in rows]).values("claimed_at", "original_id"))
    assert all(row["claimed_at"] and row["original_id"] is None for row in first)
    claim(user, *rows)
    assert list(Attachment.objects.filter(pk__in=[row.pk for row in rows]).values("claimed_at", "original_id")) == first


@pytest.mark.parametrize("what", ["another's", "gone"])
def test_claiming_what_is_gone_or_anothers_is_refused_and_claims_nothing(what: str) -> None:
    user, other = make_user(), make_user(seed=2)
    own, foreign = send(user, "id_card_front"), send(other, "id_card_back")
    other_id = foreign.pk if what == "another's" else uuid.uuid4()
    with pytest.raises(RuleBroken) as broken, transaction.atomic():  # that of the record that it belongs to
        claim_attachments(person_key=user.person_key, ids=[own.pk, other_id], at=clock.now())
    assert refusal(broken) == ("attachment_gone", None)
    assert not Attachment.objects.exclude(claimed_at=None).exists()


def test_received_is_the_newest_unclaimed_of_each_purpose(
    django_assert_num_queries: Callable[[int], contextlib.AbstractContextManager[Any]],
) -> None:
    user = make_user()
    claimed, back = send(user, "id_card_front"), send(user, "id_card_back")
    claim(user, claimed)
    front = send(user, "id_card_front")
    send(user, "student_proof")
    send(make_user(seed=2), "id_card_front")
    with django_assert_num_queries(1):
        found = received_attachments(user.person_key, ["id_card_front", "id_card_back", "photo"])
    assert found == {"id_card_front": front, "id_card_back": back}


def test_the_sweep_takes_what_nobody_claimed(files: Path, django_capture_on_commit_callbacks: Capture) -> None:
    user, other, busy = make_user(), make_user(seed=2), make_user(seed=3)
    claimed = [send(user, "photo"), send(user, "id_card_front")]
    claim(user, *claimed)
    send(other, "photo")
    wanted = send(busy, "id_card_front")
    young_from = clock.now() + dt.timedelta(days=1)
    with time_machine.travel(young_from):
        young = send(other, "id_card_back")
    keep = (User.objects.filter(pk=other.pk).filter(name=""), User.objects.filter(pk=busy.pk))
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            sweep_unclaimed_files(before=young_from, keep=keep)
        assert set(Attachment.objects.all()) == {*claimed, young, wanted}
    assert keys_on_disk(files) == keys_of_rows()


def test_the_sweep_spares_the_original_of_a_newer_photo() -> None:
    photo = send(make_user(), "photo")
    assert photo.original is not None
    Attachment.objects.filter(pk=photo.original.pk).update(created_at=photo.created_at - dt.timedelta(days=1))
    assert sweep_unclaimed_files(before=photo.created_at, keep=()) == 0
    assert sweep_unclaimed_files(before=photo.created_at + dt.timedelta(seconds=1), keep=()) == 2


def test_the_sweep_goes_on_after_a_full_batch() -> None:
    key = PersonKey.objects.make()
    Attachment.objects.bulk_create(
        Attachment(
            person_key=key,
            purpose="student_proof",
            storage_key=str(number),
            sha256_received=b"-",
            width=1,
            height=1,
            size=1,
        )
        for number in range(SWEPT_AT_ONCE + 1)
    )
    assert sweep_unclaimed_files(before=clock.now(), keep=()) == SWEPT_AT_ONCE + 1
    assert sweep_unclaimed_files(before=clock.now(), keep=()) == 0


def test_a_file_whose_row_never_came_is_swept_once_it_is_old(
    files: Path, django_capture_on_commit_callbacks: Capture
) -> None:
    row = send(make_user(), "id_card_front")
    stray = storage.new_key()
    storage.write(stray, b"sealed by a process that died before its row was written")
    sweep_strays(django_capture_on_commit_callbacks)
    assert keys_on_disk(files) == {row.storage_key, stray}
    for key in (row.storage_key, stray):
        os.utime(files / key, (0, 0))
    for _ in range(2):
        sweep_strays(django_capture_on_commit_callbacks)
        assert keys_on_disk(files) == {row.storage_key}


def test_sweeping_before_anything_was_stored(files: Path) -> None:
    assert sweep_stray_files(before=clock.now()) == 0


def test_the_configured_storage_is_private() -> None:
    assert isinstance(storages["default"], storage.PrivateFiles)
