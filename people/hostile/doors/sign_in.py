"""Phone, password, sessions of who has signed in."""

from django.contrib.auth.hashers import make_password
from django.test import Client

from kuaiji.closing.forms import CloseForm
from kuaiji.common.profile import profile
from kuaiji.identity import attempts
from kuaiji.identity.forms import CodeForm
from kuaiji.identity.models import PhoneChange, User
from kuaiji.identity.security.forms import ChangePasswordForm, NewPhoneForm
from kuaiji.identity.security.services import start_phone_change
from kuaiji.identity.security.views import PHONE_CHANGE
from kuaiji.identity.texts.forms import AgreeForm
from people.hostile.doors.scenes import Door, Scene
from people.hostile.doors.strangers import BUSY, PASSWORDS, SENDING, busy, has_password
from people.records.users import make_user

NEW_PHONE = {"phone": "13900139000"}
CURRENT = "qiu-shui 0529 heron"


def owner() -> Scene:
    """Somebody signed in who knows the password."""
    user, client = make_user(), Client()
    user.password = make_password(CURRENT)
    user.save()
    client.force_login(user)
    return Scene(client, user)


def _busy_owner() -> Scene:
    busy(attempts.CODE_FROM_ADDRESS)
    return owner()


def _old_phone_proven() -> Scene:
    scene = owner()
    assert scene.user
    change = start_phone_change(user=scene.user)
    change.answers = {"old": scene.user.phone}
    change.save()
    session = scene.client.session
    session[PHONE_CHANGE] = str(change.pk)
    session.save()
    return scene


def _old_phone_proven_from_a_busy_address() -> Scene:
    busy(attempts.CODE_FROM_ADDRESS)
    return _old_phone_proven()


def _not_asked_yet() -> Scene:
    scene = owner()
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
    Door(title="phone-old", form=CodeForm, path="/me/security/phone/", names=("sms_code",),
         right={"sms_code": "123456", "action": "verify"}, prepare=owner, traces=frozenset({"identity_phonechange"})),
    Door(title="phone-old-busy", form=CodeForm, path="/me/security/phone/", names=("challenge",),
         right=SENDING | {"challenge": "三十"}, prepare=_busy_owner, settings=BUSY),
    Door(title="phone-new", form=NewPhoneForm, path="/me/security/phone/", names=("phone",),
         right=NEW_PHONE | SENDING, prepare=_old_phone_proven, stored=_in_phone_change,
         leads="/me/security/phone/#id_sms_code"),
    Door(title="phone-new-code", form=NewPhoneForm, path="/me/security/phone/", names=("sms_code",),
         right=NEW_PHONE | {"sms_code": "123456", "action": "save"}, prepare=_old_phone_proven),
    Door(title="phone-new-busy", form=NewPhoneForm, path="/me/security/phone/", names=("challenge",),
         right=NEW_PHONE | SENDING | {"challenge": "三十"}, prepare=_old_phone_proven_from_a_busy_address,
         settings=BUSY),
    Door(title="password-change", form=ChangePasswordForm, path="/me/security/password/",
         names=("current_password", "password1"), right=PASSWORDS | {"current_password": CURRENT},
         prepare=owner, stored=has_password, leads="/me/security/?done=password"),
    Door(title="close", form=CloseForm, path="/me/security/close/", names=("understood", "current_password"),
         right={"understood": "on", "current_password": CURRENT}, prepare=owner, stored=_is_gone, leads="/closed/"),
    Door(title="agree", form=AgreeForm, path="/notice/", names=("shown",),
         right={"shown": f"privacy:{profile().privacy_version}"}, prepare=_not_asked_yet,
         stored=_has_agreed, leads="/me/"),
)  # fmt: skip
