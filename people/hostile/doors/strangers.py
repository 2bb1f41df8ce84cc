"""Before there is a user: registering, signing in, 找回密码."""

import random

from django.test import Client

from kuaiji.identity import attempts
from kuaiji.identity.enums import CheckKind
from kuaiji.identity.forms import PasswordForm
from kuaiji.identity.models import Recovery, Registration, User
from kuaiji.identity.partner_checks.services import PENDING
from kuaiji.identity.recovery.forms import RecoverForm
from kuaiji.identity.registration.forms import DetailsForm, QuestionsForm
from kuaiji.identity.signing_in.forms import SignInForm
from kuaiji.limits import kinds
from kuaiji.limits.kinds import Kind
from people import numbers
from people.hostile.doors.scenes import BORN, PASSWORD, Door, Scene
from people.records.busy import make_busy
from people.records.users import make_user

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
PASSWORDS = {"password1": PASSWORD}


def stranger() -> Scene:
    return Scene(Client())


def _asked() -> Scene:
    """The two questions are answered."""
    client = Client()
    client.post("/register/", QUESTIONS)
    return Scene(client)


def busy(kind: Kind) -> None:
    make_busy(kind, "127.0.0.1")


def _asked_from_a_busy_address() -> Scene:
    busy(attempts.CODE_FROM_ADDRESS)
    return _asked()


def stranger_from_a_busy_address() -> Scene:
    for kind in kinds.registered():
        if kinds.free_by_address(kind):
            busy(kind)
    return stranger()


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


def has_password(scene: Scene, name: str) -> object:
    return User.objects.get().has_usable_password()


BUSY = {"ADDRESS_LIMITS": True}
INBOX = {"ROOT_URLCONF": "kuaiji.portal.demo_urls", "DEMO": True}
IDENTITY = (
    Door(title="register", form=QuestionsForm, path="/register/", names=tuple(QUESTIONS), right=QUESTIONS,
         prepare=stranger, stored=_answered, leads="/register/details/"),
    Door(title="details", form=DetailsForm, path="/register/details/",
         names=("name", "document_type", "document_number", "phone"), right=DETAILS | SENDING,
         prepare=_asked, stored=_in_registration, leads="/register/details/#id_sms_code"),
    Door(title="details-passport", form=DetailsForm, path="/register/details/", names=("document_country",),
         right=PASSPORT | SENDING, prepare=_asked, stored=_in_registration, leads="/register/details/#id_sms_code"),
    Door(title="details-code", form=DetailsForm, path="/register/details/", names=("sms_code",),
         right=DETAILS | REGISTERING | {"sms_code": "123456"}, prepare=_asked, stored=_in_registration),
    Door(title="details-busy", form=DetailsForm, path="/register/details/", names=("challenge",),
         right=DETAILS | SENDING | {"challenge": "三十"}, prepare=_asked_from_a_busy_address, stored=_in_registration,
         settings=BUSY),
    Door(title="password", form=PasswordForm, path="/register/password/", names=("password1",),
         right=PASSWORDS, prepare=_admitted, stored=has_password, leads="/collection/"),
    Door(title="login", form=SignInForm, path="/login/",
         names=("document_number", "password", "document_type"),
         right={"document_number": DETAILS["document_number"], "password": PASSWORD, "document_type": ""},
         prepare=stranger, stored=has_password),
    Door(title="login-busy", form=SignInForm, path="/login/", names=("challenge",),
         right={"document_number": DETAILS["document_number"], "password": PASSWORD, "challenge": "三十"},
         prepare=stranger_from_a_busy_address, stored=has_password, settings=BUSY),
    Door(title="recover", form=RecoverForm, path="/recover/",
         names=("document_number", "document_type", "phone"), right=RECOVERY | SENDING, prepare=stranger,
         stored=_in_recovery, leads="/recover/#id_sms_code"),
    Door(title="recover-code", form=RecoverForm, path="/recover/", names=("sms_code",),
         right=RECOVERY | {"sms_code": "123456"}, prepare=stranger, stored=_in_recovery,
         traces=frozenset({"identity_recovery"})),
    Door(title="recover-busy", form=RecoverForm, path="/recover/", names=("challenge",),
         right=RECOVERY | SENDING | {"challenge": "三十"}, prepare=stranger_from_a_busy_address, stored=_in_recovery,
         settings=BUSY),
    Door(title="login-code", form=RecoverForm, path="/login/code/",
         names=("document_number", "document_type", "phone"), right=RECOVERY | SENDING, prepare=stranger,
         stored=_in_recovery, leads="/login/code/#id_sms_code"),
    Door(title="recover-password", form=PasswordForm, path="/recover/password/",
         names=("password1",), right=PASSWORDS, prepare=_recovering, stored=has_password, leads="/me/"),
)  # fmt: skip
