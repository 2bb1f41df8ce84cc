"""调入待核实: the page where the claimant sends pictures of the document."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kuaiji.accountants.sections.facts import facts_of
from kuaiji.attachments.uploads import Uploads, take
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common import clock
from kuaiji.common.body_caps import takes_files
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.identity.pages import citizen_of
from kuaiji.transfers.display import ShownIn
from kuaiji.transfers.forms import ClaimPicturesForm
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.services.pictures import PURPOSES, claim_that_needs_pictures, send_claim_pictures

TEMPLATE = "transfers/in_proof.html"


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def proof(request: HttpRequest) -> HttpResponse:
    """Send both sides, or look at what was sent. Who has no claim that waits for it is led to the own page."""
    user = citizen_of(request)
    claim = claim_that_needs_pictures(user)
    if claim is None:
        return redirect("portal:me")
    claim.user = user
    facts = facts_of(user, None, clock.today())
    form = ClaimPicturesForm(
        request.POST if request.method == "POST" else None, facts=facts, uploads=_pictures(request, claim)
    )
    note(request, "transfers.in_proof", subject_id=user.pk)
    if request.method == "POST" and form.is_valid():
        try:
            operation, (front, back) = operation_of(request, OperationKind.TRANSFER_CLAIMING), form.pictures()
            send_claim_pictures(operation=operation, claim_id=claim.pk, front=front, back=back)
            return redirect(f"{reverse('transfers:in_proof')}?sent=1")
        except RuleBroken as broken:
            form.refuse(broken)
            note(request, "transfers.in_proof", subject_id=user.pk, outcome=broken.code)
    context = {"form": form, "claim": ShownIn(claim), "sent": "sent" in request.GET and claim.pictures_at}
    return refuse(request, TEMPLATE, context) if request.method == "POST" else render(request, TEMPLATE, context)


def _pictures(request: HttpRequest, claim: TransferIn) -> Uploads:
    """What came, what had come, and what the claim has already: one side may be replaced alone."""
    names = dict(zip(ClaimPicturesForm.uploads, PURPOSES, strict=True))
    labels = ClaimPicturesForm.labels_of_uploads(facts_of(claim.user, None, clock.today()))
    fields = {name: (purpose, labels[name]) for name, purpose in names.items()}
    sent = {name: row for name, row in zip(names, (claim.front, claim.back), strict=True) if row}
    uploads = take(request, person_key=claim.person_key, fields=fields, kept=sent)
    for name, row in sent.items():
        if name not in uploads.refused:
            uploads.received.setdefault(name, row)
    return uploads
