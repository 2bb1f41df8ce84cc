"""Every address of the exam system's face."""

from django.urls import include, path

handler400 = handler403 = handler404 = "kuaiji.examapi.views.exam"
handler500 = "kuaiji.common.error_views.server_error"

urlpatterns = [
    path("", include("kuaiji.config.machine_urls")),
    path("", include("kuaiji.examapi.urls")),
]
