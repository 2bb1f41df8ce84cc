"""What each app does when a person closes (注销). Apps register their step in their ``apps.py``; ``closing`` takes all.

Everything here is called in the one transaction of closing, with the person's row locked.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable

from kuaiji.attachments.services import discard_attachments
from kuaiji.common.registry import AppRegistry
from kuaiji.identity.models import User


@dataclasses.dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a person cannot close now: ``message`` refuses the form, ``title`` and ``advice`` stand on the page."""

    code: str
    message: str
    title: str
    advice: str


def _no_obstacle(user: User) -> Obstacle | None:
    return None


def _keeps_nothing(user: User) -> bool:
    return False


def _nothing(user: User) -> None:
    """Leave all as it is."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ClosingStep:
    """One app's part in closing.

    ``obstacle`` says what forbids it. ``keeps``: something of the person has to stay, so the user's row stays too.
    ``forget`` deletes what goes whatever stays; ``erase`` deletes what stands in the way of the user's row when nothing
    stays.
    """

    obstacle: Callable[[User], Obstacle | None] = _no_obstacle
    keeps: Callable[[User], bool] = _keeps_nothing
    forget: Callable[[User], None] = _nothing
    erase: Callable[[User], None] = _nothing


CLOSING_STEPS: AppRegistry[str, ClosingStep] = AppRegistry("closing step")


def forget_person(user: User) -> None:
    """Delete what goes whatever stays: unclaimed pictures, and what each app forgets."""
    discard_attachments(person_key=user.person_key)
    for step in CLOSING_STEPS.values():
        step.forget(user)


def erase_user(user: User, *, at: dt.datetime) -> None:
    """Delete a person of whom nothing stays. Fingerprints, checks, agreements go with the row; the key is destroyed."""
    for step in CLOSING_STEPS.values():
        step.erase(user)
    user.delete()
    user.person_key.destroy(at=at)
