"""Every address of the citizens' face."""

from django.conf import settings
from django.urls import include, path

handler400 = "kuaiji.common.error_views.bad_request"
handler403 = "kuaiji.common.error_views.permission_denied"
handler404 = "kuaiji.common.error_views.page_not_found"
handler411 = "kuaiji.common.error_views.length_required"
handler413 = "kuaiji.common.error_views.too_large"
handler500 = "kuaiji.common.error_views.server_error"
handler503 = "kuaiji.common.error_views.stopped"

urlpatterns = [
    path("", include("kuaiji.config.machine_urls")),
    path("", include("kuaiji.sms.urls")),
    path("", include("kuaiji.portal.urls")),
    path("", include("kuaiji.notices.urls")),
    path("", include("kuaiji.messages.urls")),
    path("", include("kuaiji.identity.urls")),
    path("collection/", include("kuaiji.collection.urls")),
    path("changes/", include("kuaiji.changes.urls")),
    path("", include("kuaiji.closing.urls")),
    path("attachments/", include("kuaiji.attachments.urls")),
    path("", include("kuaiji.applications.urls")),
    path("", include("kuaiji.archives.urls")),
    path("", include("kuaiji.feedback.urls")),
    path("", include("kuaiji.transfers.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("kuaiji.portal.demo_urls")))
