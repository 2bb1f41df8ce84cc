"""Every form of the platform behind its door: who stands there, what passes, and what is kept of it."""

import dataclasses
import datetime as dt
import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.test import Client

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.forms.education import EducationForm
from kuaiji.accountants.forms.employment import EmploymentForm, PeriodForm
from kuaiji.accountants.forms.personal import PersonalForm
from kuaiji.accountants.forms.professional import AwardForm, ProfessionalForm, QualificationForm, TalentForm
from kuaiji.archives.forms import CheckForm
from kuaiji.attachments.enums import Purpose
from kuaiji.attachments.models import Attachment
from kuaiji.audit.models import Event
from kuaiji.changes.forms import NameForm
from kuaiji.collection.forms import NoticeForm
from kuaiji.collection.models import Draft, StepAnswers
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.identity import forms as identity
from kuaiji.identity import limits
from kuaiji.identity import security_forms as security
from kuaiji.identity.checks import PENDING
from kuaiji.identity.enums import AttemptKind, CheckKind
from kuaiji.identity.models import PhoneChange, Recovery, Registration, Session, User
from kuaiji.identity.security_views import PHONE_CHANGE
from kuaiji.identity.services import phones
from kuaiji.portal.data import OwnerForm
from kuaiji.portal.demo import InboxForm
from kuaiji.requests import forms as requests
from kuaiji.requests.models import BureauRequest, PhoneLostDraft
from kuaiji.transfers import forms as transfers
from kuaiji.transfers.models import ClaimDraft, TransferOut
from tests.hostile.fields import FIELDS
from tests.hostile.kinds import Kind
from tests.support import numbers
from tests.support.drafts import attachment, fill_in, submit
from tests.support.journeys import Fields, make_person
from tests.support.people import make_user

BORN = dt.date(1980, 2, 29)
PASSWORD = "chun-feng 0417 xiao"


@dataclasses.dataclass(frozen=True)
class Scene:
    """Somebody at a door: the browser, and the user if there is one yet."""

    client: Client
    user: User | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Door:
    """A page that takes a form.

    ``right`` is a whole right post; ``names`` are the fields walked here, by their names in the page. ``stored``
    reads what has become of a field. ``leads`` is where a right post goes; a page that is only ``asked`` answers 200.
    ``together`` are fields that are typed alike, ``traces`` tables that hold nothing that was typed.
    """

    title: str
    form: type[forms.BaseForm]
    path: str
    names: tuple[str, ...]
    right: Fields
    prepare: Callable[[], Scene]
    stored: Callable[[Scene, str], object] = lambda scene, name: None
    asked: bool = False
    leads: str = ""
    prefix: str = ""
    together: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    traces: frozenset[str] = frozenset()
    settings: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def kind(self, name: str) -> Kind:
        """What the field is."""
        return FIELDS[self.form][name.removeprefix(self.prefix)]

    def post(self, name: str, value: Any) -> dict[str, Any]:
        """The right post with this value in the field."""
        return self.right | dict.fromkeys((name, *self.together.get(name, ())), value)


# --- before there is a user -------------------------------------------------------------------------------------------

QUESTIONS = {"works_in_accounting": "yes", "holds_qualification": "yes"}
DETAILS = {
    "name": "迪丽努尔·买买提",
    "document_type": "01",
    "document_number": numbers.resident_id(random.Random(1), born=BORN),
    "document_country": "",
    "phone": "13800138000",
}
PASSPORT = DETAILS | {"document_type": "04", "document_number": "X1234567", "document_country": "USA"}
SENDING, REGISTERING = {"action": "send_code"}, {"action": "register"}
RECOVERY = {name: DETAILS[name] for name in ("document_number", "document_type", "phone")}
PASSWORDS = {"password1": PASSWORD, "password2": PASSWORD}


def _stranger() -> Scene:
    return Scene(Client())


def _asked() -> Scene:
    """The two questions are answered."""
    client = Client()
    client.post("/register/", QUESTIONS)
    return Scene(client)


def _busy(kind: AttemptKind) -> None:
    for _ in range(limits.FREE_BY_ADDRESS[kind].most):
        limits.count(kind, limits.address_key("127.0.0.1"))


def _asked_from_a_busy_address() -> Scene:
    _busy(AttemptKind.CODE_FROM_ADDRESS)
    return _asked()


def _stranger_from_a_busy_address() -> Scene:
    for kind in limits.FREE_BY_ADDRESS:
        _busy(kind)
    return _stranger()


def _admitted() -> Scene:
    """Only the password is missing."""
    scene = _asked()
    registration = Registration.objects.get()
    findings = {kind: PENDING.as_json() for kind in CheckKind}
    registration.answers |= {"details": DETAILS, "proven_phone": DETAILS["phone"], "findings": findings}
    registration.save()
    return scene


def _recovering() -> Scene:
    """The phone is proven, a new password may be set."""
    user, client = make_user(), Client()
    client.post("/recover/", RECOVERY | SENDING)
    recovery = Recovery.objects.get()
    recovery.user = user
    recovery.save()
    return Scene(client, user)


def _in_registration(scene: Scene, name: str) -> object:
    answers = Registration.objects.get().answers
    return answers["details"][name]


def _in_recovery(scene: Scene, name: str) -> object:
    return Recovery.objects.get().answers[{"document_number": "number"}.get(name, name)]


def _answered(scene: Scene, name: str) -> object:
    return {True: "yes", False: "no"}[Registration.objects.get().answers[name]]


def _has_password(scene: Scene, name: str) -> object:
    return User.objects.get().has_usable_password()


BUSY = {"ADDRESS_LIMITS": True}
INBOX = {"ROOT_URLCONF": "kuaiji.portal.demo_urls", "DEMO": True}
IDENTITY = (
    Door(title="register", form=identity.QuestionsForm, path="/register/", names=tuple(QUESTIONS), right=QUESTIONS,
         prepare=_stranger, stored=_answered, leads="/register/details/"),
    Door(title="details", form=identity.DetailsForm, path="/register/details/",
         names=("name", "document_type", "document_number", "phone"), right=DETAILS | SENDING,
         prepare=_asked, stored=_in_registration, leads="/register/details/"),
    Door(title="details-passport", form=identity.DetailsForm, path="/register/details/", names=("document_country",),
         right=PASSPORT | SENDING, prepare=_asked, stored=_in_registration, leads="/register/details/"),
    Door(title="details-code", form=identity.DetailsForm, path="/register/details/", names=("sms_code",),
         right=DETAILS | REGISTERING | {"sms_code": "123456"}, prepare=_asked, stored=_in_registration),
    Door(title="details-busy", form=identity.DetailsForm, path="/register/details/", names=("challenge",),
         right=DETAILS | SENDING | {"challenge": "三十"}, prepare=_asked_from_a_busy_address, stored=_in_registration,
         settings=BUSY),
    Door(title="password", form=identity.PasswordForm, path="/register/password/", names=("password1", "password2"),
         right=PASSWORDS, prepare=_admitted, stored=_has_password, leads="/collection/",
         together={"password1": ("password2",)}),
    Door(title="login", form=identity.SignInForm, path="/login/",
         names=("document_number", "password", "document_type"),
         right={"document_number": DETAILS["document_number"], "password": PASSWORD, "document_type": ""},
         prepare=_stranger, stored=_has_password),
    Door(title="login-busy", form=identity.SignInForm, path="/login/", names=("challenge",),
         right={"document_number": DETAILS["document_number"], "password": PASSWORD, "challenge": "三十"},
         prepare=_stranger_from_a_busy_address, stored=_has_password, settings=BUSY),
    Door(title="recover", form=identity.RecoverForm, path="/recover/",
         names=("document_number", "document_type", "phone"), right=RECOVERY | SENDING, prepare=_stranger,
         stored=_in_recovery, leads="/recover/"),
    Door(title="recover-code", form=identity.RecoverForm, path="/recover/", names=("sms_code",),
         right=RECOVERY | {"sms_code": "123456"}, prepare=_stranger, stored=_in_recovery,
         traces=frozenset({"identity_recovery"})),
    Door(title="recover-busy", form=identity.RecoverForm, path="/recover/", names=("challenge",),
         right=RECOVERY | SENDING | {"challenge": "三十"}, prepare=_stranger_from_a_busy_address, stored=_in_recovery,
         settings=BUSY),
    Door(title="recover-password", form=identity.PasswordForm, path="/recover/password/",
         names=("password1", "password2"), right=PASSWORDS, prepare=_recovering, stored=_has_password, leads="/me/",
         together={"password1": ("password2",)}),
)  # fmt: skip


# --- phone, password, sessions --------------------------------------------------------------------------------------

NEW_PHONE = {"phone": "13900139000"}
CURRENT = "qiu-shui 0529 heron"


def _owner() -> Scene:
    """Somebody signed in who knows the password."""
    user, client = make_user(), Client()
    user.password = make_password(CURRENT)
    user.save()
    client.force_login(user)
    return Scene(client, user)


def _busy_owner() -> Scene:
    _busy(AttemptKind.CODE_FROM_ADDRESS)
    return _owner()


def _old_phone_proven() -> Scene:
    scene = _owner()
    assert scene.user
    change = phones.start(user=scene.user)
    change.answers = {"old": scene.user.phone}
    change.save()
    session = scene.client.session
    session[PHONE_CHANGE] = str(change.pk)
    session.save()
    return scene


def _old_phone_proven_from_a_busy_address() -> Scene:
    _busy(AttemptKind.CODE_FROM_ADDRESS)
    return _old_phone_proven()


def _not_asked_yet() -> Scene:
    scene = _owner()
    assert scene.user
    scene.user.agreements.all().delete()
    return scene


def _has_agreed(scene: Scene, name: str) -> object:
    return scene.user is not None and scene.user.agreements.exists()


def _in_phone_change(scene: Scene, name: str) -> object:
    return PhoneChange.objects.get().answers.get(name)


def _is_gone(scene: Scene, name: str) -> object:
    return not User.objects.exists()


SECURITY = (
    Door(title="phone-old", form=identity.CodeForm, path="/me/security/phone/", names=("sms_code",),
         right={"sms_code": "123456", "action": "verify"}, prepare=_owner, traces=frozenset({"identity_phonechange"})),
    Door(title="phone-old-busy", form=identity.CodeForm, path="/me/security/phone/", names=("challenge",),
         right=SENDING | {"challenge": "三十"}, prepare=_busy_owner, settings=BUSY),
    Door(title="phone-new", form=security.NewPhoneForm, path="/me/security/phone/", names=("phone",),
         right=NEW_PHONE | SENDING, prepare=_old_phone_proven, stored=_in_phone_change, leads="/me/security/phone/"),
    Door(title="phone-new-code", form=security.NewPhoneForm, path="/me/security/phone/", names=("sms_code",),
         right=NEW_PHONE | {"sms_code": "123456", "action": "save"}, prepare=_old_phone_proven),
    Door(title="phone-new-busy", form=security.NewPhoneForm, path="/me/security/phone/", names=("challenge",),
         right=NEW_PHONE | SENDING | {"challenge": "三十"}, prepare=_old_phone_proven_from_a_busy_address,
         settings=BUSY),
    Door(title="password-change", form=security.ChangePasswordForm, path="/me/security/password/",
         names=("current_password", "password1", "password2"), right=PASSWORDS | {"current_password": CURRENT},
         prepare=_owner, stored=_has_password, leads="/me/security/?done=password",
         together={"password1": ("password2",)}),
    Door(title="close", form=security.CloseForm, path="/me/security/close/", names=("understood", "current_password"),
         right={"understood": "on", "current_password": CURRENT}, prepare=_owner, stored=_is_gone, leads="/closed/"),
    Door(title="agree", form=security.AgreeForm, path="/notice/", names=("shown",),
         right={"shown": f"privacy:{profile().privacy_version}"}, prepare=_not_asked_yet,
         stored=_has_agreed, leads="/me/"),
)  # fmt: skip


# --- the collection ---------------------------------------------------------------------------------------------------

PERSONAL = {
    "gender": "2",
    "birth_date": "1980-02-29",
    "country": "CHN",
    "ethnic_group": "05",
    "political_status": "13",
    "email": "Person.one+kj@example.com",
}
EDUCATION = {
    "full_time_level": "21",
    "full_time_degree": "412",
    "full_time_school": "岭南示例大学",
    "full_time_major": "会计学",
    "full_time_graduated_on": "2002-07-01",
    "full_time_second_degree": "on",
    "part_time_level": "14",
    "part_time_degree": "0",
    "part_time_school": "南粤示例开放大学",
    "part_time_major": "财务管理",
    "part_time_graduated_on": "2010-07-01",
    "part_time_second_degree": "on",
}
EMPLOYER = {
    "division_code": "440103",
    "employer_name": "广州市示例商贸有限公司",
    "employer_uscc": numbers.valid_uscc(random.Random(1)),
    "employer_industry": "51",
    "employer_economic_type": "05",
    "employer_address": "广州市示例路 1 号",
    "employer_phone": "020-81899453",
}
ACCOUNTING = {
    "accounting_post": "06",
    "accounting_admin_post": "04",
    "accounting_start_date": "2004-07-01",
    "accounting_years": "20",
    "accounting_technical_post": "02",
    "technical_post_appointed_on": "2006-09-01",
}


def rows(prefix: str, **cells: str) -> Fields:
    """One row."""
    return {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "0"} | {
        f"{prefix}-0-{name}": value for name, value in cells.items()
    }


PERIOD = rows("periods", started_on="2001-01-01", ended_on="2003-12-31", employer_name="旧单位示例有限公司")
CERTIFICATES = {
    "is_cpa": "on",
    "cpa_number": "440100010001",
    "is_tax_agent": "on",
    "tax_agent_number": "TA-2020-1",
    "is_asset_appraiser": "on",
    "asset_appraiser_number": "44010001",
    "abacus_level": "11",
}
QUALIFICATION = rows("qualifications", category="01", level="1", method="2", obtained_on="2005-05-20",
                     name="助理会计师", certificate_number="01234567", issued_in="广东省")  # fmt: skip
TALENT = rows("talents", programme="01", selected_year="2012", status="2", graduated_year="2015")
AWARD = rows("awards", name="先进会计工作者", level="2", year="2019", giver="示例市财政局")


def _filling(status: str) -> Callable[[], Scene]:
    """Somebody with a whole draft, whose document tells nothing."""

    def prepare() -> Scene:
        person = make_person(random.Random(3), status=status, document_type="99")
        person.sections["personal"]["birth_date"] = BORN.isoformat()
        user, client = make_user(person), Client()
        fill_in(user, person)
        client.force_login(user)
        return Scene(client, user)

    return prepare


def _reading() -> Scene:
    """Somebody signed in who has agreed to nothing yet."""
    user, client = make_user(), Client()
    client.force_login(user)
    return Scene(client, user)


def _in_draft(slug: SectionSlug) -> Callable[[Scene, str], object]:
    def stored(scene: Scene, name: str) -> object:
        data = StepAnswers.objects.get(draft__user=scene.user, step=slug).data
        if row := re.fullmatch(r"(\w+)-0-(\w+)", name):
            return data[row[1]][0][row[2]]
        return data[name]

    return stored


def _section(
    slug: SectionSlug,
    form: type[forms.BaseForm],
    right: Fields,
    names: tuple[str, ...],
    *,
    leads: str,
    status: str = "1",
    prefix: str = "",
) -> Door:
    return Door(
        title=f"{slug}-{prefix or status}".rstrip("-"),
        form=form,
        path=f"/collection/{slug}/",
        names=names,
        right=right,
        prepare=_filling(status),
        stored=_in_draft(slug),
        leads=f"/collection/{leads}/",
        prefix=f"{prefix}-0-" if prefix else "",
    )


def _cells(fields: Fields) -> tuple[str, ...]:
    return tuple(name for name in fields if "_FORMS" not in name)


_PAPERS = ("photo", "id_card_front", "id_card_back")
_NO_ROWS = rows("periods") | {"periods-TOTAL_FORMS": "0"}
_OF_STATUS = {status: {"employment_status": status, "division_code": "440103"} for status in "1234"}
_PROFESSIONAL = CERTIFICATES | QUALIFICATION | TALENT
PERSONAL_DOOR = _section(SectionSlug.PERSONAL, PersonalForm, PERSONAL, (*PERSONAL, *_PAPERS), leads="education")
EMPLOYMENT_DOORS = (
    _section(SectionSlug.EMPLOYMENT, EmploymentForm, _OF_STATUS["1"] | EMPLOYER | ACCOUNTING | _NO_ROWS,
             ("employment_status", *EMPLOYER, *ACCOUNTING), leads="professional"),
    _section(SectionSlug.EMPLOYMENT, EmploymentForm, _OF_STATUS["3"] | {"residence_address": "示例街 2 号"} | _NO_ROWS,
             ("residence_address",), leads="professional", status="3"),
    _section(SectionSlug.EMPLOYMENT, EmploymentForm, _OF_STATUS["4"] | {"school_name": "岭南示例大学"} | _NO_ROWS,
             ("school_name", "student_proof"), leads="professional", status="4"),
)  # fmt: skip
SECTIONS = (
    PERSONAL_DOOR,
    _section(SectionSlug.EDUCATION, EducationForm, EDUCATION, tuple(EDUCATION), leads="employment"),
    *EMPLOYMENT_DOORS,
    _section(SectionSlug.EMPLOYMENT, PeriodForm, _OF_STATUS["2"] | EMPLOYER | PERIOD, _cells(PERIOD),
             leads="professional", status="2", prefix="periods"),
    _section(SectionSlug.PROFESSIONAL, ProfessionalForm, _PROFESSIONAL, tuple(CERTIFICATES), leads="awards"),
    _section(SectionSlug.PROFESSIONAL, QualificationForm, _PROFESSIONAL, _cells(QUALIFICATION), leads="awards",
             prefix="qualifications"),
    _section(SectionSlug.PROFESSIONAL, TalentForm, _PROFESSIONAL, _cells(TALENT), leads="awards", prefix="talents"),
    _section(SectionSlug.AWARDS, AwardForm, AWARD, _cells(AWARD), leads="review", prefix="awards"),
)  # fmt: skip


# --- the record -------------------------------------------------------------------------------------------------------

RENAMING = {"name": "阿卜杜热合曼", "reason": "户口簿登记的姓名已变更"}


def _renaming() -> Scene:
    """Somebody with a record, whose proof has come."""
    person = make_person(random.Random(4), status="1")
    user, client = make_user(person), Client()
    fill_in(user, person)
    submit(user)
    attachment(user, Purpose.NAME_PROOF)
    client.force_login(user)
    return Scene(client, user)


def _in_record(scene: Scene, name: str) -> object:
    assert scene.user
    if name == "name":
        return User.objects.get(pk=scene.user.pk).name
    if name == "name_proof":
        return Attachment.objects.get(person_key=scene.user.person_key, purpose=Purpose.NAME_PROOF).pk
    return Event.objects.get(kind="NameChanged").personal["reason"]


# --- what a bureau decides --------------------------------------------------------------------------------------------

CORRECTIONS: dict[type[forms.BaseForm], Fields] = {
    requests.DocumentCorrectionForm: {
        "document_type": "01",
        "document_number": numbers.resident_id(random.Random(8), born=BORN),
    },
    requests.GenderCorrectionForm: {"gender": "2"},
    requests.CountryCorrectionForm: {"country": "CHN"},
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
    for purpose in (Purpose.CORRECTION_PROOF, Purpose.FURTHER_PROOF):
        attachment(user, purpose)
    client.force_login(user)
    return Scene(client, user)


def _in_correction(scene: Scene, name: str) -> object:
    assert scene.user
    if name.endswith("_proof"):
        return Attachment.objects.get(person_key=scene.user.person_key, purpose=name).pk
    details = BureauRequest.objects.get().details
    return details["reason"] if name == "reason" else details["values"][name]


def _in_phone_lost(scene: Scene, name: str) -> object:
    answers = PhoneLostDraft.objects.get().answers
    if "_" in name and name.partition("_")[0] in ("first", "second"):
        item, answer = list(answers["items"].items())[name.startswith("second")]
        return item if name.endswith("_item") else answer
    return answers["details"][name]


def _signed_in_long_ago() -> Scene:
    scene = _owner()
    Session.objects.update(started_at=clock.now() - dt.timedelta(hours=1))
    return scene


def _correction(form: type[forms.BaseForm], title: str, names: tuple[str, ...], **given: str) -> Door:
    right = CORRECTIONS[form] | {"reason": "注册时填错"} | given
    path = f"/me/corrections/new/{title.partition('-')[0]}/"
    return Door(title=f"correction-{title}", form=form, path=path, names=names, right=right, prepare=_correcting,
                stored=_in_correction, leads="/me/corrections/?submitted=1")  # fmt: skip


_PROOFS = ("reason", "correction_proof", "further_proof")
REQUESTS = (
    _correction(requests.DocumentCorrectionForm, "document", ("document_type", "document_number", *_PROOFS)),
    _correction(requests.DocumentCorrectionForm, "document-passport", ("document_country",), document_type="04",
                document_number="X1234567", document_country="USA"),
    _correction(requests.GenderCorrectionForm, "gender", ("gender", *_PROOFS)),
    _correction(requests.CountryCorrectionForm, "country", ("country", *_PROOFS)),
    Door(title="phone-lost", form=requests.PhoneLostForm, path="/recover/phone-lost/",
         names=("name", "document_type", "document_number", "phone", "first_item", "first_answer", "second_item",
                "second_answer"),
         right=LOST | SENDING, prepare=_stranger, stored=_in_phone_lost, leads="/recover/phone-lost/"),
    Door(title="phone-lost-passport", form=requests.PhoneLostForm, path="/recover/phone-lost/",
         names=("document_country",), right=LOST | PASSPORT | SENDING, prepare=_stranger, stored=_in_phone_lost,
         leads="/recover/phone-lost/"),
    Door(title="phone-lost-code", form=requests.PhoneLostForm, path="/recover/phone-lost/", names=("sms_code",),
         right=LOST | {"action": "submit", "sms_code": "123456"}, prepare=_stranger, stored=_in_phone_lost,
         traces=frozenset({"requests_phonelostdraft"})),
    Door(title="phone-lost-busy", form=requests.PhoneLostForm, path="/recover/phone-lost/", names=("challenge",),
         right=LOST | SENDING | {"challenge": "三十"}, prepare=_stranger_from_a_busy_address, stored=_in_phone_lost,
         settings=BUSY),
    Door(title="owner", form=OwnerForm, path="/me/data/", names=("current_password",),
         right={"current_password": CURRENT}, prepare=_signed_in_long_ago, stored=_has_password, leads="/me/data/"),
)  # fmt: skip


# --- moving between platforms -----------------------------------------------------------------------------------------

LEAVING = {"destination_platform": "440300", "destination_division": "440304", "reason": "工作调动到深圳"}
COMING = DETAILS | {"destination_division": "440103"}


def _leaving() -> Scene:
    """Somebody with a record, whose proof has come."""
    scene = _renaming()
    assert scene.user
    attachment(scene.user, Purpose.TRANSFER_PROOF)
    return scene


def _in_transfer_out(scene: Scene, name: str) -> object:
    if name == "proof":
        return Attachment.objects.get(purpose=Purpose.TRANSFER_PROOF).pk
    column = {"destination_platform": "destination_id"}.get(name, name)
    return getattr(TransferOut.objects.get(), column)


def _in_claim(scene: Scene, name: str) -> object:
    answers = ClaimDraft.objects.get().answers
    return answers["division_code"] if name == "destination_division" else answers["details"][name]


TRANSFERS = (
    Door(title="transfer-out", form=transfers.TransferOutForm, path="/transfers/out/new/", names=(*LEAVING, "proof"),
         right=LEAVING, prepare=_leaving, stored=_in_transfer_out, leads="/transfers/out/?applied=1"),
    Door(title="transfer-in", form=transfers.TransferInForm, path="/transfers/in/",
         names=("name", "document_type", "document_number", "phone", "destination_division"), right=COMING | SENDING,
         prepare=_stranger, stored=_in_claim, leads="/transfers/in/"),
    Door(title="transfer-in-passport", form=transfers.TransferInForm, path="/transfers/in/",
         names=("document_country",), right=COMING | PASSPORT | SENDING, prepare=_stranger, stored=_in_claim,
         leads="/transfers/in/"),
    Door(title="transfer-in-code", form=transfers.TransferInForm, path="/transfers/in/", names=("sms_code",),
         right=COMING | {"action": "verify", "sms_code": "123456"}, prepare=_stranger, stored=_in_claim,
         traces=frozenset({"transfers_claimdraft"})),
    Door(title="transfer-in-busy", form=transfers.TransferInForm, path="/transfers/in/", names=("challenge",),
         right=COMING | SENDING | {"challenge": "三十"}, prepare=_stranger_from_a_busy_address, stored=_in_claim,
         settings=BUSY),
)  # fmt: skip
CHECK_CODE = {"check_code": "8K2M-4QXT-9D0R-7WAB-3HCN"}
OTHERS = (
    Door(title="name", form=NameForm, path="/changes/name/", names=(*RENAMING, "name_proof"), right=RENAMING,
         prepare=_renaming, stored=_in_record, leads="/changes/?done=2"),
    Door(title="notice", form=NoticeForm, path="/collection/notice/", names=("truthful",), right={"truthful": "on"},
         prepare=_reading, stored=lambda scene, name: Draft.objects.filter(user=scene.user).exists(),
         leads="/collection/personal/"),
    Door(title="verify", form=CheckForm, path="/verify/", names=("check_code",), right=CHECK_CODE, prepare=_stranger,
         asked=True),
    Door(title="verify-busy", form=CheckForm, path="/verify/", names=("challenge",),
         right=CHECK_CODE | {"challenge": "三十"}, prepare=_stranger_from_a_busy_address, settings=BUSY),
    Door(title="inbox", form=InboxForm, path="/sms/", names=("phone",), right={"phone": "13800138000"},
         prepare=_stranger, asked=True, settings=INBOX),
)  # fmt: skip
DOORS = (*IDENTITY, *SECURITY, *SECTIONS, *REQUESTS, *TRANSFERS, *OTHERS)
