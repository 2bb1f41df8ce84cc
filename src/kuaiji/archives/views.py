"""Pages on which a person requests and downloads a print, and the public check of a printed code."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kuaiji.accountants.models import Record
from kuaiji.archives.attempts import CHECK_FROM_ADDRESS
from kuaiji.archives.enums import PrintState
from kuaiji.archives.forms import CheckForm
from kuaiji.archives.services import KEPT, newest_print, read_print, request_print, verify_print
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.forms import refuse
from kuaiji.limits.challenge import Gate
from kuaiji.regions.services import bureau_of

CHECK_PAGE = "archives/verify.html"
FILE_NAME = "accountant-archive.pdf"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def archive(request: HttpRequest) -> HttpResponse:
    """打印信息档案: the button, how far it is, the file."""
    record = Record.objects.of(request.user.pk).first()
    if record is None:
        return redirect("portal:me")
    if request.method == "POST":
        operation = operation_of(request, OperationKind.ARCHIVE_PRINTING)
        address = request.build_absolute_uri(reverse("archives:verify"))
        request_print(operation=operation, record_id=record.pk, address=address)
        return redirect("archives:archive")
    asked = newest_print(record)
    context = {
        "record": record,
        "asked": asked,
        "state": asked.state if asked else "",
        "bureau": bureau_of(record.division_code),
        "kept_hours": int(KEPT.total_seconds() // 3600),
    }
    return render(request, "archives/archive.html", context)


@require_safe
@login_required
def file(request: HttpRequest) -> HttpResponse:
    """The print of the record as it stands, while it is kept; else the page that makes one."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        note(request, "archives.file", subject_id=request.user.pk, outcome="cross_site")
        raise PermissionDenied
    record = Record.objects.of(request.user.pk).first()
    made = newest_print(record) if record else None
    if made is None or made.state != PrintState.READY:
        return redirect("archives:archive")
    pdf = read_print(made)
    note(request, "archives.file", subject_id=made.record_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """查验打印件: whether a paper is genuine, and of which day. Never says whose it is.

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
    return render(request, CHECK_PAGE, {"form": form, "checked": True, "made_at": found.made_at if found else None})
