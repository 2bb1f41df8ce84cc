"""Is this process alive, and can it serve?"""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kuaiji_standins import api
from kuaiji_standins.models import Employer


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return api.success({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers, is migrated, and the employers are loaded; 503 names what is missing."""
    missing = _missing()
    return api.failure(503, missing, "尚未就绪") if missing else api.success({"status": "ok"})


def _missing() -> str:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations"
        return "" if Employer.objects.exists() else "employers"
    except Error:
        return "database"
