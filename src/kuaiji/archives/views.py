"""Pages on which a person requests and downloads a print, and the public check of a printed code."""

import contextlib
from dataclasses import dataclass
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kuaiji.accountants.models import Record
from kuaiji.archives.attempts import CHECK_FROM_ADDRESS
from kuaiji.archives.enums import PrintKind, PrintState
from kuaiji.archives.forms import CheckForm
from kuaiji.archives.paper.proofs import check_collected
from kuaiji.archives.services import KEPT, newest_print, read_print, request_print, verify_print
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.limits.challenge import Gate
from kuaiji.regions.services import bureau_of

CHECK_PAGE = "archives/verify.html"


@dataclass(frozen=True, slots=True)
class Offer:
    """How a kind of print is offered: its page and its file by the names of their addresses, and what the file is
    called where only ASCII is understood."""

    kind: PrintKind
    page: str
    file: str
    plain_name: str
    media_type: str = "application/pdf"

    @property
    def file_name(self) -> str:
        return f"{self.kind.label}.{self.plain_name.rpartition('.')[2]}"

    @property
    def template(self) -> str:
        """What the page says of this kind."""
        return f"archives/offers/{self.kind.value}.html"


ARCHIVE = Offer(PrintKind.ARCHIVE, "archives:archive", "archives:file", "accountant-archive.pdf")
PROOF = Offer(PrintKind.PROOF, "archives:proof", "archives:proof_file", "collection-proof.pdf")
CARD = Offer(PrintKind.CARD, "archives:card", "archives:card_file", "collection-card.png", "image/png")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def archive(request: HttpRequest, offer: Offer) -> HttpResponse:
    """打印档案, 信息已采集证明, 信息已采集卡片: the button, how far it is, the file."""
    record = Record.objects.of(request.user.pk).first()
    if record is None:
        return redirect("portal:me")
    if request.method == "POST":
        return _request(request, offer, record)
    refusal = _refusal(record, offer)
    asked = None if refusal else newest_print(record, offer.kind)
    context = {
        "record": record,
        "offer": offer,
        "file": reverse(offer.file),
        "asked": asked,
        "state": "refused" if refusal else asked.state if asked else "",
        "refusal": refusal,
        "bureau": bureau_of(record.division_code),
        "kept_hours": int(KEPT.total_seconds() // 3600),
    }
    return render(request, "archives/archive.html", context)


def _request(request: HttpRequest, offer: Offer, record: Record) -> HttpResponse:
    operation = operation_of(request, OperationKind.ARCHIVE_PRINTING)
    address = request.build_absolute_uri(reverse("archives:verify"))
    with contextlib.suppress(RuleBroken):  # the page says why
        request_print(operation=operation, record_id=record.pk, kind=offer.kind, address=address)
    return redirect(offer.page)


@require_safe
@login_required
def file(request: HttpRequest, offer: Offer) -> HttpResponse:
    """The print of the record as it stands, while it is kept; else the page that makes one."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        note(request, "archives.file", subject_id=request.user.pk, outcome="cross_site")
        raise PermissionDenied
    record = Record.objects.of(request.user.pk).first()
    made = newest_print(record, offer.kind) if record and not _refusal(record, offer) else None
    if made is None or made.state != PrintState.READY:
        return redirect(offer.page)
    content = read_print(made)
    note(request, "archives.file", subject_id=made.record_id)
    # RFC 6266: the Chinese name, and another for who cannot read it.
    names = f"filename=\"{offer.plain_name}\"; filename*=UTF-8''{quote(offer.file_name)}"
    headers = {
        "Content-Disposition": f"attachment; {names}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=offer.media_type, headers=headers)


def _refusal(record: Record, offer: Offer) -> str:
    """Why nothing of this kind is made of the record now; empty when it is."""
    if offer.kind != PrintKind.ARCHIVE:
        try:
            check_collected(record)
        except RuleBroken as broken:
            return broken.message
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """查验打印件: whether a paper is genuine, what it is, and of which day. Never says whose it is.

    The QR code leads here with the code in the address; typed by hand, it travels in the form.
    """
    given = request.POST if request.method == "POST" else request.GET if "check_code" in request.GET else None
    gate = Gate(request, CHECK_FROM_ADDRESS)
    form = CheckForm(given, gate=gate)
    if given is None:
        return render(request, CHECK_PAGE, {"form": form})
    if not form.is_valid():
        return refuse(request, CHECK_PAGE, {"form": form})
    found = verify_print(form.cleaned_data["check_code"], address=gate.address)
    if found is None:
        gate.spend()
    note(
        request, "archives.verify", subject_id=found.record_id if found else None, outcome="ok" if found else "unknown"
    )
    return render(request, CHECK_PAGE, {"form": form, "checked": True, "found": found})
