"""What machines ask of every face; the URLconf of each includes it."""

from django.urls import path

from kuaiji.config import health

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.metrics),
]
