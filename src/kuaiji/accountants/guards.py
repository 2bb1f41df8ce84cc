"""Who may see the pages of a record."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kuaiji.accountants.models import Record

View = Callable[..., HttpResponse]


def with_record(*, otherwise: str) -> Callable[[View], View]:
    """For signed-in people whose record exists: the view gets it. The others are led to ``otherwise``."""

    def guard(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            record = Record.objects.of(request.user.pk).select_related("person_key").first()
            return view(request, record, *args, **kwargs) if record else redirect(otherwise)

        return guarded

    return guard
