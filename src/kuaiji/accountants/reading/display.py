"""Answers in words: what the check page, the archive and staff see of a section."""

import dataclasses
import uuid
from collections.abc import Callable
from typing import Any, cast

from django import forms

from kuaiji.accountants.models import Personal, Record
from kuaiji.accountants.sections.answers import Answers
from kuaiji.accountants.sections.facts import Facts
from kuaiji.accountants.sections.forms.base import SectionForm
from kuaiji.accountants.sections.forms.employment import DivisionField
from kuaiji.accountants.sections.registry import Section, SectionPage
from kuaiji.attachments.addresses import picture_address
from kuaiji.codelists.services import label
from kuaiji.common import documents, phones
from kuaiji.common.dates import KnownDate, format_date
from kuaiji.common.forms import DateField
from kuaiji.identity.models import User
from kuaiji.regions.services import full_name

PictureAddress = Callable[[str], str]


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One answer. ``picture`` is the address of an image instead of words; ``is_blank`` that nothing was answered."""

    name: str
    label: str
    words: str
    picture: str = ""
    is_blank: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """The section itself (no title), or one row of the set called ``of``."""

    title: str
    lines: list[Line]
    of: str = ""


def photo_address(record: Record) -> str:
    """Where the record's photo is shown; nothing while none has come over with a transfer in."""
    return address_of(Personal.objects.filter(record=record).values_list("photo_id", flat=True).first())


def address_of(photo: uuid.UUID | None) -> str:
    """Where that photo is shown; nothing where there is none."""
    return picture_address(photo) if photo else ""


def registration_lines(user: User, facts: Facts, *, masked: bool = True) -> list[Group]:
    """Who the person is: typed at registration or told by the document, and not asked again (R2.4, R3.2)."""
    phone = phones.mask_phone(user.phone) if masked else phones.grouped(user.phone)
    return [Group("", [*identity_lines(user, facts), Line("phone", "手机号", phone)])]


def identity_lines(user: User, facts: Facts, *, masked: bool = False) -> list[Line]:
    """Name, document, and what the document tells or the person cannot change any more (R4.1)."""
    number = documents.mask(user.document_number) if masked else documents.grouped(user.document_number)
    document = f"{label('document_types', user.document_type)} {number}"
    lines = [Line("name", "姓名", user.name), Line("document", "证件", document)]
    if "gender" in facts.fixed_by_document:
        lines.append(Line("gender", "性别", label("genders", facts.gender or "")))
    if "birth_date" in facts.fixed_by_document and facts.birth_date:
        lines.append(Line("birth_date", "出生日期", format_date(facts.birth_date)))
    if "country" in facts.fixed_by_document:
        lines.append(Line("country", "国籍（地区）", label("countries", facts.country or "")))
    return lines


def in_one_line(user: User, facts: Facts) -> str:
    """Who the person is, without number and country: 王秀英 · 居民身份证 · 男 · 1970年5月12日."""
    told = [line.words for line in identity_lines(user, facts) if line.name in ("gender", "birth_date")]
    return " · ".join([user.name, label("document_types", user.document_type), *told])


def rows_of(
    section: Section, answers: Answers, facts: Facts, *, address: PictureAddress = picture_address
) -> list[Group]:
    """All that ``answers`` say, in the order of the form; what was not asked or left empty stays out.

    ``address`` says where a picture is shown whose id it is given: to its owner, unless it is another door's.
    """
    page = SectionPage(section, facts=facts, answers=answers)
    groups = [Group("", _lines(page.form, answers, address))]
    for prefix, (title, _) in section.rows.items():
        blank = cast(SectionForm, page.rows[prefix].empty_form)
        groups += [
            Group(f"{title} {number}", _lines(blank, row, address), title)
            for number, row in enumerate(answers.get(prefix) or [], 1)
        ]
    return [group for group in groups if group.lines]


def checklist_of(section: Section, answers: Answers, facts: Facts) -> list[Group]:
    """Everything that was asked, also what was answered with 否 or left empty, by the names of what the page asks; a
    set without rows is a group without lines."""
    page = SectionPage(section, facts=facts, answers=answers)
    groups = [Group("", _checked(page.form, answers))]
    unasked = page.form.unasked(answers)
    for prefix, (title, _) in section.rows.items():
        rows, blank = answers.get(prefix) or [], cast(SectionForm, page.rows[prefix].empty_form)
        groups += [Group(f"{title} {number}", _checked(blank, row), title) for number, row in enumerate(rows, 1)]
        if not rows and prefix not in unasked:
            groups.append(Group(title, [], title))
    return [group for group in groups if group.lines or group.of]


def _checked(form: SectionForm, answers: Answers) -> list[Line]:
    answers, unasked = form.as_asked(answers), form.unasked(answers)
    said = {line.name: line for line in _lines(form, answers)}
    lines = []
    for name, field in form.fields.items():
        if name in answers and name not in unasked:
            blank = "否" if answers[name] is False else "未填"
            lines.append(said.get(name) or Line(name, str(field.label), blank, is_blank=blank == "未填"))
    return lines


def _lines(form: SectionForm, answers: Answers, address: PictureAddress = picture_address) -> list[Line]:
    lines = []
    for name, field in form.fields.items():
        value = answers.get(name)
        if value in (None, "") or (value is False):
            continue
        label = str(field.label)
        if name in form.uploads:
            lines.append(Line(name, label, "已上传", address(value)))
        else:
            known = KnownDate.in_answers(answers, name) if isinstance(field, DateField) else None
            lines.append(Line(name, label, known.words if known else words(field, value)))
    return lines


def words(field: forms.Field, value: Any) -> str:
    """One value that is no date as a person reads it."""
    if isinstance(field, forms.BooleanField):
        return "是" if value else "否"
    if isinstance(field, DivisionField):
        return full_name(value)
    if isinstance(field, forms.ChoiceField):
        return _chosen(field.choices, value)
    return str(value)


def _chosen(choices: Any, value: str) -> str:
    for code, text in choices:
        if isinstance(text, (list, tuple)):
            if found := next((inner for inner_code, inner in text if inner_code == value), None):
                return str(found)
        elif code == value:
            return str(text)
    return value
