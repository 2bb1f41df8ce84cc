"""Addresses of the stand-ins."""

from django.urls import path
from django.views.generic import RedirectView

from kuaiji_standins import employers, health, identity, receipts, sms
from kuaiji_standins.exam import views as exam

handler404 = "kuaiji_standins.api.not_found"
handler500 = "kuaiji_standins.api.broken"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="inbox")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("sms/", sms.inbox, name="inbox"),
    path("sms/messages", sms.messages),
    path("identity/checks", identity.checks),
    path("employers", employers.search),
    path("photo/", receipts.studio, name="studio"),
    path("photo/<slug:code>/", receipts.receipt, name="receipt"),
    path("photo/<slug:code>.jpg", receipts.photo, name="receipt-photo"),
    path("receipts/uses", receipts.uses),
    path("exam/", exam.registration, name="exam"),
    path("exam/<uuid:id>/", exam.candidate, name="exam-candidate"),
]
