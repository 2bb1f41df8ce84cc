"""``/staff/join/``: an invitation taken. Its secret comes in the fragment of the link, or is pasted: no log has it."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.limits.challenge import Gate
from kuaiji.limits.services import count_act
from kuaiji.staff import attempts
from kuaiji.staff.forms import JoinForm
from kuaiji.staff.guards import signed_in_member
from kuaiji.staff.joining.services import join as join_staff
from kuaiji.staff.pages import answer, refused
from kuaiji.staff.sessions.store import MEMBER


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def join(request: HttpRequest) -> HttpResponse:
    """Name and password of who was invited; the second factor is set up next."""
    if signed_in_member(request):
        return redirect("staff:me")
    gate = Gate(request, attempts.GUESS_FROM_ADDRESS)
    form = JoinForm(request.POST if request.method == "POST" else None, gate=gate)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            member = join_staff(
                operation=operation_of(request, OperationKind.STAFF_JOINING),
                secret=data["code"],
                username=data["username"],
                name=data["name"],
                password=data["password1"],
            )
        except RuleBroken as broken:
            if broken.code == "invitation_over":
                count_act(attempts.GUESS_FROM_ADDRESS, gate.address.key)
            gate.spend()
            refused(request, form, broken, "join")
        else:
            request.session.flush()
            rotate_token(request)
            request.session[MEMBER] = str(member.pk)
            note(request, "staff.join", subject_id=member.pk)
            return redirect("staff:enrol")
    return answer(request, "staff/join.html", form)
