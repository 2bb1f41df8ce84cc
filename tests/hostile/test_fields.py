"""Every field of every form takes what it should and refuses the rest, whatever is sent.

A few values for each field here, in turn so that every value is tried on many; all on all: ``python -m prove.fields``.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

import kuaiji.config.urls
import kuaiji.portal.demo_urls  # noqa: F401  every page, so that every form is known
from kuaiji.accountants.sections.forms.personal import PersonalForm
from kuaiji.accountants.sections.photos import RECEIPT_FIELD
from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.applications.forms import CorrectionForm, PhoneLostForm
from kuaiji.archives.forms import CheckForm
from kuaiji.attachments.views import CropForm
from kuaiji.common.forms import RowSet
from kuaiji.identity.forms import CodeForm
from kuaiji.identity.recovery.forms import RecoverForm
from kuaiji.identity.registration.forms import DetailsForm
from kuaiji.identity.security.forms import NewPhoneForm
from kuaiji.identity.signing_in.forms import SignInForm
from kuaiji.limits.challenge import CHALLENGE
from kuaiji.portal.exam.forms import QuestionForm
from kuaiji.transfers.forms import TransferInForm
from people.hostile import values
from people.hostile.attempts import OF_EVERY_VISIT, Writes, attempt, cases, send, standing_at, undone
from people.hostile.doors import DOORS
from people.hostile.doors.scenes import Door
from people.hostile.doors.sections import EMPLOYMENT_DOORS
from people.hostile.fields import FIELDS
from people.persons import Fields

pytestmark = pytest.mark.django_db
EACH = 3
# test_parameters.py; what three forms have in common
OTHERWISE = {CropForm, CorrectionForm, QuestionForm}
# staff/test_inputs.py; desk/test_deciding.py, desk/test_record.py, test_parameters.py
AT_THE_DESK = ("kuaiji.staff.", "kuaiji.desk.")
BY_TITLE = {door.title: door for door in DOORS}


def generations(base: type[Any]) -> set[type[Any]]:
    """The classes made from ``base``, over any number of generations."""
    return {one for kind in base.__subclasses__() for one in {kind, *generations(kind)}}


def is_ours(kind: type[Any]) -> bool:
    return kind.__module__.startswith("kuaiji.")


# --- nothing is left out ----------------------------------------------------------------------------------------------


def test_every_field_of_every_form_is_known() -> None:
    ours = set(filter(is_ours, generations(forms.BaseForm))) - OTHERWISE
    ours = {form for form in ours if not form.__module__.startswith(AT_THE_DESK)}
    declared = {(form, name) for form in ours for name in form.base_fields}
    known = {(form, name) for form, fields in FIELDS.items() for name in fields}
    asking = (DetailsForm, SignInForm, RecoverForm, CodeForm, NewPhoneForm, PhoneLostForm, TransferInForm, CheckForm)
    by_receipt = {(PersonalForm, RECEIPT_FIELD)}  # not on this platform: collection/test_photo_receipts.py
    assert known - {(form, CHALLENGE) for form in asking} == declared - by_receipt


def test_every_field_has_a_door_that_takes_it() -> None:
    walked = {(door.form, name.removeprefix(door.prefix)) for door in DOORS for name in door.names}
    assert walked == {(form, name) for form, fields in FIELDS.items() for name in fields}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.title)
def test_a_right_post_passes(door: Door) -> None:
    with standing_at(door) as scene:
        answer = send(door, scene, door.right)
        status = 302 if door.leads else 200 if door.asked else 422  # nobody has a right code or answer there
        assert (answer.status_code, answer.headers.get("Location", "")) == (status, door.leads)


# --- one value in one field -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.title)
def test_hostile_values_are_normalised_or_refused(door: Door) -> None:
    faults = []
    with standing_at(door) as scene:
        for at, name in enumerate(door.names, sum(len(other.names) for other in DOORS[: DOORS.index(door)])):
            known = list(cases(door, name).items())
            for case, typed in (known * 2)[at * EACH % len(known) :][:EACH]:
                if fault := attempt(door, scene, name, typed):
                    faults.append(f"{name}, {case}: {fault}")
    assert faults == []


# --- other shapes than one value --------------------------------------------------------------------------------------

SHAPES: dict[str, Callable[[str, str], Fields]] = {
    "array": lambda name, value: {f"{name}[]": value, f"{name}[0]": value, f"{name}.0": value},
    "object": lambda name, value: {f"{name}[$ne]": value, f"{name}[value]": value},
    "other-case": lambda name, value: {name.upper(): value},
    "blank-before": lambda name, value: {f" {name}": value},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("title", "name"), [("details", "name"), ("awards-awards", "awards-0-name")])
def test_names_that_are_not_the_field_s_do_not_fill_it(title: str, name: str, shape: str) -> None:
    door = BY_TITLE[title]
    with standing_at(door) as scene:
        rest = {other: value for other, value in door.right.items() if other != name}
        answer = send(door, scene, rest | SHAPES[shape](name, door.right[name]))
        assert answer.status_code == 422 and f'id="error-{name}"' in answer.content.decode()


@pytest.mark.parametrize(("title", "name"), [("details", "name"), ("awards-awards", "awards-0-name")])
def test_of_a_doubled_field_the_last_counts(title: str, name: str) -> None:
    door = BY_TITLE[title]
    with standing_at(door) as scene:
        refused = scene.client.post(door.path, door.right | {name: [door.right[name], "\0"]})
        assert refused.status_code == 422 and f'id="error-{name}"' in refused.content.decode()
        assert scene.client.post(door.path, door.right | {name: ["\0", door.right[name]]}).status_code == 302
        assert door.stored(scene, name) == door.right[name]


@pytest.mark.parametrize(("title", "name"), [("details", "name"), ("awards-awards", "awards-0-name")])
def test_a_file_is_no_text(title: str, name: str) -> None:
    door = BY_TITLE[title]
    with standing_at(door) as scene:
        file = SimpleUploadedFile(door.right[name], door.right[name].encode(), "text/plain")
        answer = scene.client.post(door.path, door.right | {name: file})
        assert answer.status_code == 422 and f'id="error-{name}"' in answer.content.decode()


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_a_body_that_is_no_form_fills_nothing(kind: str) -> None:
    for title in ("details", "personal-1", "notice", "password"):
        door, writes = BY_TITLE[title], Writes()
        with standing_at(door) as scene, connection.execute_wrapper(writes):
            writes.tables.clear()
            answer = scene.client.post(door.path, json.dumps(door.right), content_type=kind)
            assert answer.status_code == 422 and 'id="error-summary"' in answer.content.decode()
            assert writes.tables <= OF_EVERY_VISIT | door.traces


@pytest.mark.parametrize("door", EMPLOYMENT_DOORS, ids=lambda door: f"status-{door.right['employment_status']}")
def test_what_the_status_does_not_ask_for_is_dropped(door: Door) -> None:
    others = {name for other in EMPLOYMENT_DOORS for name in other.names} - {*door.right, *door.names}
    with standing_at(door) as scene:
        answer = send(door, scene, door.right | dict.fromkeys(others, values.PLAIN["script"]))
        assert answer.status_code == 302 and {door.stored(scene, name) for name in others} == {None}


NO_COUNTS = {
    "TOTAL_FORMS": ("", "x", "1e3", "0x1", "<b>", "1\0", "9" * 5000),
    "INITIAL_FORMS": ("<b>",),
    "MIN_NUM_FORMS": ("<b>",),
    "MAX_NUM_FORMS": ("<b>",),
}


def test_every_set_of_rows_is_known() -> None:
    made = {one for one in generations(RowSet) if hasattr(one, "form") and is_ours(one.form)}
    assert made == {rows for section in SECTIONS for _, rows in section.rows.values()}


@pytest.mark.parametrize("prefix", [prefix for section in SECTIONS for prefix in section.rows])
def test_counts_of_rows_that_are_none_are_refused(prefix: str) -> None:
    door = next(door for door in DOORS if door.prefix == f"{prefix}-0-")
    with standing_at(door) as scene:
        for count, typed in ((count, typed) for count, counts in NO_COUNTS.items() for typed in counts):
            with undone(), connection.execute_wrapper(writes := Writes()):
                answer = send(door, scene, door.right | {f"{prefix}-{count}": typed})
            assert answer.status_code == 422 and "页面内容不完整" in answer.content.decode(), (count, typed)
            assert writes.tables <= OF_EVERY_VISIT | door.traces
        for many in ("31", "100000"):
            page = send(door, scene, door.right | {f"{prefix}-TOTAL_FORMS": many}).content.decode()
            assert "最多填写 30 项" in page and page.count("<fieldset") < 100
