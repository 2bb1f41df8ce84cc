"""The buttons of a section's page that save nothing: files, a row more or less, an employer, a photo."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from kuaiji.accountants.sections.employers import search_employers, with_employer, words_of_pick
from kuaiji.accountants.sections.facts import Facts
from kuaiji.accountants.sections.photos import RECEIPT_FIELD, fetch_photo, photos_by_receipt
from kuaiji.accountants.sections.registry import Section, SectionPage
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.uploads import Uploads, take
from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import change_rows, refuse
from kuaiji.common.http import PartnerUnavailable
from kuaiji.exchange.partners.employers import Employer
from kuaiji.identity.pages import citizen_of


@dataclasses.dataclass(frozen=True, slots=True)
class PostedSection:
    """What was typed. ``asks`` when the button wants the page again instead of a save; ``found`` goes to the page.

    ``refused``: what the button asked for could not be had.
    """

    data: QueryDict
    asks: bool = False
    found: dict[str, Any] = dataclasses.field(default_factory=dict)
    refused: RuleBroken | None = None


def read_post(request: HttpRequest) -> PostedSection:
    """The posted fields, with what a button without script has done to them."""
    changed = change_rows(request.POST)
    if changed is not None:
        return PostedSection(changed, asks=True)
    if request.POST.get("action") == "search_employer" or request.POST.get("fill_employer"):
        return _with_employers(request)
    if request.POST.get("action") == "fetch_photo" and photos_by_receipt():
        return _with_photo(request)
    return PostedSection(request.POST)


def redisplay(
    request: HttpRequest, template: str, page: SectionPage, typed: PostedSection, context: dict[str, Any]
) -> HttpResponse:
    """The page that a button asked for: with what was found, or with why not."""
    if typed.refused is None:
        return render(request, template, context)
    page.blame(typed.refused)
    return refuse(request, template, context)


def uploads_of(
    request: HttpRequest, section: Section, facts: Facts, kept: Mapping[str, Attachment] | None = None
) -> Uploads:
    """Files of this request and those received before, under the labels the person sees; ``kept`` as ``take`` says."""
    if not section.form.uploads:
        return Uploads()
    return take(
        request,
        person_key=citizen_of(request).person_key,
        fields={name: (name, label) for name, label in section.form.labels_of_uploads(facts).items()},
        kept=kept,
        fetched=section.form.fetched_uploads(),
    )


def _with_photo(request: HttpRequest) -> PostedSection:
    """获取照片: fetch what the code stands for; it is then among the person's files."""
    code = request.POST.get(RECEIPT_FIELD, "")
    try:
        operation = operation_of(request, OperationKind.FILE_RECEIVING)
        fetch_photo(operation=operation, user=citizen_of(request), typed=code)
    except RuleBroken as broken:
        return PostedSection(request.POST, asks=True, refused=broken)
    data: QueryDict = request.POST.copy()
    data[RECEIPT_FIELD] = ""
    return PostedSection(data, asks=True, found={"photo_fetched": True})


def _with_employers(request: HttpRequest) -> PostedSection:
    """Employer search without script: show what was found, or fill in what was picked."""
    name, picked = request.POST.get("employer_name", ""), request.POST.get("fill_employer", "")
    found: list[Employer] = []
    away = False
    try:
        found = search_employers(name)
    except PartnerUnavailable:
        away = True
    told = {"searched": not picked, "employers_away": away}
    if chosen := next((employer for employer in found if employer.uscc == picked), None):
        said = words_of_pick(chosen, before=request.POST.get("division_code", ""))
        return PostedSection(with_employer(request.POST, chosen), asks=True, found=told | {"picked": said})
    return PostedSection(request.POST, asks=True, found=told | {"employers": found})
