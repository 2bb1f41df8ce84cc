"""登录 (R2.2): the number and the password; a wrong one of either gives one answer, after the same time."""

from django.db import transaction

from kuaiji.common.errors import RuleBroken
from kuaiji.identity import fingerprints, limits, passwords
from kuaiji.identity.enums import AttemptKind, FingerprintKind
from kuaiji.identity.models import User


def sign_in(*, number: str, password: str, document_type: str = "") -> User:
    """The user with this number (of this type, if given) and this password.

    Raises RuleBroken ``sign_in_refused``, or ``limit_guess_on_number`` before anything is compared. Only wrong guesses
    count, so that nobody locks an owner out by signing in; the owner may also recover the password.
    """
    keys = fingerprints.of_number(number)
    with transaction.atomic():
        guess = limits.take(AttemptKind.GUESS_ON_NUMBER, fingerprints.current(keys))
    users = fingerprints.users_with(FingerprintKind.NUMBER, keys).filter(is_active=True).select_related("person_key")
    asked = [user for user in users if document_type in ("", user.document_type)]
    user = passwords.verify_any(password, asked)
    if user is None:
        raise RuleBroken("sign_in_refused", "证件号或密码不正确，请核对后重试")
    if guess:
        guess.delete()
    if renewed := passwords.renewed(password, user.password):
        user.password = renewed
        user.save(update_fields=["password"])
    return user
