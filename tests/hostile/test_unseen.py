"""What nobody sees stands in no text that anybody types: every text field of every form, and every search."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms

import kuaiji.config.urls
import kuaiji.portal.demo_urls  # noqa: F401  every page, so that every form is known
from kuaiji.common.forms import TextField
from kuaiji.identity.forms import PasswordField
from people.hostile import kinds
from people.hostile.attempts import attempt, send, standing_at, undone
from people.hostile.doors import DOORS
from people.hostile.doors.scenes import Door
from people.hostile.values import UNSEEN

pytestmark = pytest.mark.django_db


def forms_of_ours(base: type[Any]) -> Iterator[type[Any]]:
    """Every form of the platform."""
    for one in base.__subclasses__():
        yield from forms_of_ours(one)
        if one.__module__.startswith("kuaiji."):
            yield one


def test_no_form_has_a_text_of_another_kind() -> None:
    """``TextField`` leaves out what nobody sees before anything else looks; passwords count as typed."""
    other = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in forms_of_ours(forms.BaseForm)
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField) and not isinstance(field, TextField | PasswordField | forms.UUIDField)
    }
    assert other == set()


def texts(door: Door) -> list[str]:
    fields = door.form.base_fields  # type: ignore[attr-defined]
    return [name for name in door.names if isinstance(fields.get(name.removeprefix(door.prefix)), TextField)]


def woven(right: str) -> str:
    """Everything unseen before, behind and inside; nothing behind a letter or ideograph that it could shape."""
    middle = 1 if right[:1].isascii() else 0
    return UNSEEN + right[:middle] + UNSEEN * middle + right[middle:] + UNSEEN


def test_there_are_texts_on_many_doors() -> None:
    assert len({(door.form, name) for door in DOORS for name in texts(door)}) > 25


@pytest.mark.parametrize("door", [door for door in DOORS if texts(door)], ids=lambda door: door.title)
def test_no_text_of_a_form_keeps_what_nobody_sees(door: Door) -> None:
    with standing_at(door) as scene:
        for name in texts(door):
            right = door.right.get(name, "")
            assert attempt(door, scene, name, woven(right).encode()) == "", name
            if door.kind(name).judge(right, right) == kinds.Kept(right) and not door.asked:
                with undone():
                    send(door, scene, door.post(name, woven(right)))
                    assert door.stored(scene, name) == right, name
