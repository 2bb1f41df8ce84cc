"""What identity forgets of a person who closes."""

from kuaiji.identity.models import PhoneChange, Recovery, Registration, User
from kuaiji.identity.sessions.known_browsers import forget_browsers
from kuaiji.identity.sessions.services import end_sessions


def forget_sign_in(user: User) -> None:
    """End every session; forget browsers and whatever was begun and not finished."""
    end_sessions(user.pk)
    forget_browsers(user.pk)
    for unfinished in (PhoneChange, Recovery, Registration):
        unfinished.objects.filter(user=user).delete()
