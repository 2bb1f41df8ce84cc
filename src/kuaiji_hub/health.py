"""Is this process alive, and can it serve?"""

import hmac

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from kuaiji.common import clock
from kuaiji_hub import signatures
from kuaiji_hub.metrics import CountsCollector
from kuaiji_hub.models import Platform

_stored = CollectorRegistry()
_stored.register(CountsCollector())


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers, is migrated, knows the platforms and a key to sign with; 503 names what is missing."""
    missing = _missing()
    return JsonResponse({"status": missing or "ready"}, status=503 if missing else 200)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for the bearer of the token; without a token in the environment for nobody."""
    given, token = request.headers.get("Authorization", ""), settings.METRICS_TOKEN
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return not_found(request)
    return HttpResponse(generate_latest(_stored), content_type=CONTENT_TYPE_LATEST)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return JsonResponse({"code": "not_found", "message": "没有这个地址，请核对文档", "field": None}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault outside the wire's own door."""
    return JsonResponse({"code": "broken", "message": "全国平台出错，请稍后再试", "field": None}, status=500)


def _missing() -> str:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations"
        if not Platform.objects.exists():
            return "platforms"
        signatures.own(clock.now())
    except Error:
        return "database"
    except signatures.NoKey:
        return "signing_key"
    return ""
