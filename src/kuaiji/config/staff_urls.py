"""Every address of the staff's face."""

from django.urls import include, path

handler400 = "kuaiji.staff.views.bad_request"
handler403 = "kuaiji.staff.views.permission_denied"
handler404 = "kuaiji.staff.views.page_not_found"
handler411 = "kuaiji.staff.views.length_required"
handler413 = "kuaiji.staff.views.too_large"
handler500 = "kuaiji.common.error_views.server_error"
handler503 = "kuaiji.staff.views.stopped"

urlpatterns = [
    path("", include("kuaiji.config.machine_urls")),
    path("staff/", include("kuaiji.staff.urls")),
    path("staff/", include("kuaiji.desk.urls")),
]
