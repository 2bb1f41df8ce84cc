"""The employer register (单位登记库): search by a part of the name, as written, in pinyin or by initials, or by the
credit code (ADR 0112)."""

from django.db.models import Case, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kuaiji.common.pinyin import typed_reading
from kuaiji_standins import api
from kuaiji_standins.models import Employer

FIELDS = ("name", "uscc", "industry", "economic_type", "address", "phone", "division_code")
CODE_BEGINS = 8  # characters of a code from which on its beginning is looked for
LIMIT = r"[1-9]|[1-4][0-9]|50"


@require_safe
@api.endpoint
def search(request: HttpRequest) -> HttpResponse:
    """``?q=`` a part of a name or the beginning of a code, ``?limit=`` 1 to 50 (10): the same name first, then those
    that begin so."""
    asked = {"limit": "10"} | request.GET.dict()
    part = api.read_text(asked, "q", 100)
    limit = int(api.read_pattern(asked, "limit", LIMIT, "1到50的整数"))
    begins = Q(name__startswith=part)
    wanted = Q(name__contains=part)
    if reading := typed_reading(part):
        begins |= Q(readings__contains=f" {reading}")
        wanted |= Q(readings__contains=reading)
    closeness = Case(When(name=part, then=Value(0)), When(begins, then=Value(1)), default=Value(2))
    if len(part) >= CODE_BEGINS:
        wanted |= Q(uscc__startswith=part)
    found = Employer.objects.filter(wanted).order_by(closeness, "name")
    return api.success(list(found.values(*FIELDS)[:limit]))
