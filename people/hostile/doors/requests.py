"""What a bureau decides: corrections, a lost phone."""

import datetime as dt
import random

from django import forms
from django.test import Client

from kuaiji.applications.forms import CountryCorrectionForm, DocumentCorrectionForm, GenderCorrectionForm, PhoneLostForm
from kuaiji.applications.models import Application, PhoneLostDraft
from kuaiji.attachments.models import Attachment
from kuaiji.common import clock
from kuaiji.identity.models import Session
from kuaiji.portal.data import OwnerForm
from people import numbers
from people.hostile.doors.scenes import BORN, UNSENT, Door, Scene
from people.hostile.doors.sign_in import CURRENT, owner
from people.hostile.doors.strangers import (
    BUSY,
    DETAILS,
    PASSPORT,
    SENDING,
    has_password,
    stranger,
    stranger_from_a_busy_address,
)
from people.persons import Fields, make_person
from people.records.drafts import attachment, fill_in, submit
from people.records.users import make_user

CORRECTIONS: dict[type[forms.BaseForm], Fields] = {
    DocumentCorrectionForm: {
        "document_type": "01",
        "document_number": numbers.resident_id(random.Random(8), born=BORN),
    },
    GenderCorrectionForm: {"gender": "2"},
    CountryCorrectionForm: {"country": "CHN"},
}
LOST = DETAILS | {
    "first_item": "school",
    "first_answer": "岭南示例大学",
    "second_item": "email",
    "second_answer": "person@example.com",
}


def _correcting() -> Scene:
    """Somebody whose record came about without a document that tells anything, and whose proofs have come."""
    person = make_person(random.Random(3), status="3", document_type="99")
    person.sections["personal"] |= {"gender": "1", "birth_date": BORN.isoformat(), "country": "USA"}
    user, client = make_user(person), Client()
    fill_in(user, person)
    submit(user)
    for purpose in ("correction_proof", "further_proof"):
        attachment(user, purpose)
    client.force_login(user)
    return Scene(client, user)


def _in_correction(scene: Scene, name: str) -> object:
    assert scene.user
    if name.endswith("_proof"):
        return Attachment.objects.get(person_key=scene.user.person_key, purpose=name).pk
    details = Application.objects.get().details
    return details["reason"] if name == "reason" else details["values"][name]


def _in_phone_lost(scene: Scene, name: str) -> object:
    answers = PhoneLostDraft.objects.get().answers
    if "_" in name and name.partition("_")[0] in ("first", "second"):
        item, answer = list(answers["items"].items())[name.startswith("second")]
        return item if name.endswith("_item") else answer
    return answers["details"][name]


def _signed_in_long_ago() -> Scene:
    scene = owner()
    Session.objects.update(started_at=clock.now() - dt.timedelta(hours=1))
    return scene


def _correction(form: type[forms.BaseForm], title: str, names: tuple[str, ...], **given: str) -> Door:
    right = CORRECTIONS[form] | {"reason": "注册时填错"} | given
    path = f"/me/corrections/new/{title.partition('-')[0]}/"
    return Door(title=f"correction-{title}", form=form, path=path, names=names, right=right, prepare=_correcting,
                stored=_in_correction, leads="/me/corrections/?submitted=1", traces=UNSENT)  # fmt: skip


_PROOFS = ("reason", "correction_proof", "further_proof")
REQUESTS = (
    _correction(DocumentCorrectionForm, "document", ("document_type", "document_number", *_PROOFS)),
    _correction(DocumentCorrectionForm, "document-passport", ("document_country",), document_type="04",
                document_number="X1234567", document_country="USA"),
    _correction(GenderCorrectionForm, "gender", ("gender", *_PROOFS)),
    _correction(CountryCorrectionForm, "country", ("country", *_PROOFS)),
    Door(title="phone-lost", form=PhoneLostForm, path="/recover/phone-lost/",
         names=("name", "document_type", "document_number", "phone", "first_item", "first_answer", "second_item",
                "second_answer"),
         right=LOST | SENDING, prepare=stranger, stored=_in_phone_lost, leads="/recover/phone-lost/#id_sms_code"),
    Door(title="phone-lost-passport", form=PhoneLostForm, path="/recover/phone-lost/",
         names=("document_country",), right=LOST | PASSPORT | SENDING, prepare=stranger, stored=_in_phone_lost,
         leads="/recover/phone-lost/#id_sms_code"),
    Door(title="phone-lost-code", form=PhoneLostForm, path="/recover/phone-lost/", names=("sms_code",),
         right=LOST | {"action": "submit", "sms_code": "123456"}, prepare=stranger, stored=_in_phone_lost,
         traces=frozenset({"requests_phonelostdraft"})),
    Door(title="phone-lost-busy", form=PhoneLostForm, path="/recover/phone-lost/", names=("challenge",),
         right=LOST | SENDING | {"challenge": "三十"}, prepare=stranger_from_a_busy_address, stored=_in_phone_lost,
         settings=BUSY),
    Door(title="owner", form=OwnerForm, path="/me/data/", names=("current_password",),
         right={"current_password": CURRENT}, prepare=_signed_in_long_ago, stored=has_password, leads="/me/data/"),
)  # fmt: skip
