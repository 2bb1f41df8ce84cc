"""修改密码 and asking for the password again, as services."""

import pytest

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common.sessions import stored_keys
from kuaiji.identity.models import KnownBrowser, Session, User
from kuaiji.identity.passwords.services import change_own_password, confirm_password
from kuaiji.identity.sessions.store import SessionStore
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from people.sign_in_steps import PASSWORD, make_details, make_owner, refused

pytestmark = pytest.mark.django_db
ONE = make_details("one")
NEW = "秋水 blue-heron 88"


def begin(user: User) -> str:
    """A session of this person; its cookie."""
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session.save()
    assert session.session_key
    return session.session_key


def change(user: User, password: str = NEW, *, current: str = PASSWORD, keep: str | None = None) -> User:
    operation = Operation(kind=OperationKind.PASSWORD_CHANGING, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)
    return change_own_password(operation=operation, user=user, current=current, password=password, keep=keep)


def test_the_new_password_opens_this_session_stays_and_all_else_is_forgotten() -> None:
    user = make_owner(ONE)
    kept, _, _ = begin(user), begin(user), begin(user)
    stranger = begin(make_owner(make_details("two")))
    KnownBrowser.objects.create(user=user, digest=b"-", seen_at=user.joined_at)
    change(user, keep=kept)
    assert set(Session.objects.values_list("pk", flat=True)) == {stored_keys(kept)[0], stored_keys(stranger)[0]}
    assert not KnownBrowser.objects.exists()
    assert sign_in_user(number=ONE.person.document.number, password=NEW) == user
    broken = refused(lambda: sign_in_user(number=ONE.person.document.number, password=PASSWORD))
    assert broken and broken.code == "sign_in_refused"
    [message] = OutgoingSms.objects.all()
    assert (message.template_key, message.phone) == (TemplateKey.PASSWORD_CHANGED, ONE.phone)
    event = Event.objects.get()
    assert (event.kind, event.subject_id, event.data) == ("PasswordChanged", user.pk, {"ended_sessions": 2})


@pytest.mark.parametrize(
    ("current", "password", "code", "field"),
    [
        ("wrong", NEW, "password_wrong", "current_password"),
        (PASSWORD, PASSWORD, "password_same", "password1"),
        (PASSWORD, "short", "password_short", "password1"),
        (PASSWORD, "a" * 129, "password_long", "password1"),
        (PASSWORD, "password123", "password_common", "password1"),
        (PASSWORD, f"x {ONE.phone}", "password_own", "password1"),
        (PASSWORD, f"x {ONE.person.document.number}", "password_own", "password1"),
    ],
)
def test_refused_it_leaves_nothing(current: str, password: str, code: str, field: str) -> None:
    user = make_owner(ONE)
    begin(user)
    broken = refused(lambda: change(user, password, current=current))
    assert broken and (broken.code, broken.field) == (code, field)
    assert Session.objects.count() == 1 and not Event.objects.exists() and not OutgoingSms.objects.exists()
    assert sign_in_user(number=ONE.person.document.number, password=PASSWORD) == user


def test_guesses_at_the_current_password_are_limited() -> None:
    """A stolen session is no place to guess (ASVS 6.3.1); the right one is not counted."""
    user = make_owner(ONE)
    for _ in range(7):
        confirm_password(user=user, password=PASSWORD)
    codes = [refused(lambda: change(user, current="guess")) for _ in range(7)]
    limit = "limit_guess_known_browser"
    assert [broken.code for broken in codes if broken] == ["password_wrong"] * 5 + [limit] * 2


def test_strangers_who_guess_at_the_door_do_not_keep_the_owner_from_changing_it() -> None:
    user = make_owner(ONE)
    for _ in range(6):
        refused(lambda: sign_in_user(number=ONE.person.document.number, password="guess"))
    change(user)
    assert Event.objects.count() == 1


def test_people_with_one_number_keep_different_passwords() -> None:
    """They are told apart by them; which one is taken is not said."""
    user = make_owner(ONE)
    other = make_details("two", document_number=ONE.person.document.number, document_type="99")
    make_owner(other, NEW)
    broken = refused(lambda: change(user))
    assert broken and broken.code == "password_common"
    change(user, "another blue-heron 99")
    assert sign_in_user(number=ONE.person.document.number, password="another blue-heron 99") == user


def test_the_same_change_twice_is_made_once() -> None:
    user = make_owner(ONE)
    change(user)
    broken = refused(lambda: change(user))
    assert broken and broken.code == "password_wrong"
    assert Event.objects.count() == OutgoingSms.objects.count() == 1
