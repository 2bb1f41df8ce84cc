"""Who stands at a door, and what a door is."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.test import Client

from kuaiji.identity.models import User
from people.hostile.fields import FIELDS
from people.hostile.kinds import Kind
from people.persons import Fields

BORN = dt.date(1980, 2, 29)
PASSWORD = "chun-feng 0417 xiao"


@dataclasses.dataclass(frozen=True)
class Scene:
    """Somebody at a door: the browser, and the user if there is one yet."""

    client: Client
    user: User | None = None


# What a refusal leaves where forms are kept unsent: what was typed, sealed, for its person alone (ADR 0069).
UNSENT = frozenset({"unsent_unsentform", "collection_draft", "audit_operation", "audit_event"})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Door:
    """A page that takes a form.

    ``right`` is a whole right post; ``names`` are the fields walked here, by their names in the page. ``stored``
    reads what has become of a field. ``leads`` is where a right post goes; a page that is only ``asked`` answers 200.
    ``together`` are fields that are typed alike, ``traces`` tables that hold nothing that was typed, or hold it sealed
    and unsent (``UNSENT``).
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
    traces: frozenset[str] = frozenset()
    settings: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def kind(self, name: str) -> Kind:
        """What the field is."""
        return FIELDS[self.form][name.removeprefix(self.prefix)]

    def post(self, name: str, value: Any) -> dict[str, Any]:
        """The right post with this value in the field."""
        return self.right | {name: value}
