"""What machines ask: alive, ready, and figures."""

import hmac

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, generate_latest

from kuaiji.audit.metrics import RefusalCollector
from kuaiji.exchange.metrics import ExchangeCollector
from kuaiji.feedback.metrics import EvaluationCollector
from kuaiji.limits.metrics import BudgetCollector
from kuaiji.messages.metrics import MessageCollector
from kuaiji.regions.calendar import published_until
from kuaiji.sms.metrics import SmsCollector

_stored = CollectorRegistry()
_stored.register(ExchangeCollector())
_stored.register(SmsCollector())
_stored.register(BudgetCollector())
_stored.register(MessageCollector())
_stored.register(RefusalCollector())
_stored.register(EvaluationCollector())


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers, its migrations are ours, and jobs are not piling up; 503 says which is not so."""
    checks: dict[str, object] = {"database": False, "migrations": False}
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, now()))), 0)::int "
                "FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
            )
            checks["queue_age_seconds"] = cursor.fetchone()[0]
        checks["database"] = True
        executor = MigrationExecutor(connection)
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["working_days_known_until"] = published_until()
    except DatabaseError:
        pass
    whole = bool(checks["database"] and checks["migrations"])
    return JsonResponse(checks | {"status": "ready" if whole else "not ready"}, status=200 if whole else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for the bearer of the token (open in demo)."""
    if not settings.DEMO:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
            return HttpResponseNotFound()
    response: HttpResponse = ExportToDjangoView(request)
    # Counted in the database, not in our processes: they stand beside what the processes counted.
    response.content += generate_latest(_stored)
    return response
