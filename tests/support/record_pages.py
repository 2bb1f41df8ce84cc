"""Collected people in front of the pages of 信息变更."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from html import unescape

from django.test import Client

from kuaiji.accountants.enums import HoldKind, SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.sections.registry import BY_SLUG, as_data
from kuaiji.accountants.services.holding import lift_hold, place_hold
from kuaiji.accountants.services.versions import answers_of, current_version
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.ids import uuid7
from people.persons import Fields


def browser_of(record: Record) -> Client:
    """The browser of its owner, signed in."""
    client = Client()
    client.force_login(record.user)
    return client


def text_of(answer: object) -> str:
    """What a page says, without its tags."""
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


def typed(record: Record, slug: str, changes: Mapping[str, str] | None = None) -> Fields:
    """What the page of a section sends when only ``changes`` are made."""
    record.refresh_from_db()
    answers = answers_of(current_version(record))[SectionSlug(slug)]
    fields = as_data(BY_SLUG[SectionSlug(slug)], answers)
    return {name: str(fields[name]) for name in fields} | dict(changes or {})


@contextlib.contextmanager
def held(record: Record, kind: HoldKind) -> Iterator[None]:
    """The record is locked for the length of the block."""
    source = uuid7()
    place_hold(operation=_operation(), record_id=record.pk, kind=kind, source_id=source)
    yield
    lift_hold(operation=_operation(), record_id=record.pk, kind=kind, source_id=source)


def _operation() -> Operation:
    return Operation(kind=OperationKind.HOLD_CHANGING, actor_kind=ActorKind.SYSTEM)
