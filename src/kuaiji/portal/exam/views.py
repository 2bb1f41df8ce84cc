"""报名资格自查: may one register for an exam, what is missing, and what the exam system was told."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kuaiji.audit.access import note
from kuaiji.common import clock
from kuaiji.common.forms import refuse
from kuaiji.exams.services.rulebook import rulebook
from kuaiji.identity.pages import citizen_of
from kuaiji.portal.exam.forms import QuestionForm
from kuaiji.regions.services import bureau_of
from kuaiji.standing.display import document_of, region_of
from kuaiji.standing.exam.display import answer_to
from kuaiji.standing.exam.questions import first_question, years_offered
from kuaiji.standing.exam.standing import own_facts
from kuaiji.standing.exam.told import told_page


@require_safe
@login_required
def exam(request: HttpRequest) -> HttpResponse:
    """The question of ``level`` and ``year``, or the one that concerns the person next, and its answer.

    ``before`` leads on to older answers that the exam system was given.
    """
    user, at, book = citizen_of(request), clock.now(), rulebook()
    facts = own_facts(user, book.here)
    first = first_question(facts, book.ruleset, book.here, at=at)
    given = {"level": str(first.level.value), "year": str(first.year)} | request.GET.dict()
    form = QuestionForm(given, years=years_offered(book.ruleset, at=at))
    note(request, "portal.exam", subject_id=user.pk)
    region = facts.division_code or region_of(user)
    context = {
        "form": form,
        "at": at,
        "document": document_of(user),
        "bureau": bureau_of(region) if region else None,
        "told": told_page(user.pk, before=_id(request.GET.get("before", ""))),
    }
    if not form.is_valid():
        return refuse(request, "portal/exam/exam.html", context)
    answer = answer_to(form.question, facts, book, at=at)
    return render(request, "portal/exam/exam.html", context | {"answer": answer})


def _id(text: str) -> uuid.UUID | None:
    """The id of an answer; None for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
