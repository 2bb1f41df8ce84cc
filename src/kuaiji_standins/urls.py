"""Addresses of the stand-ins."""

from django.urls import path
from django.views.generic import RedirectView

from kuaiji_standins import employers, health, holders, identity, sms

handler404 = "kuaiji_standins.api.not_found"
handler500 = "kuaiji_standins.api.broken"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="inbox")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("sms/", sms.inbox, name="inbox"),
    path("sms/messages", sms.messages),
    path("identity/checks", identity.checks),
    path("holders/lookups", holders.lookups),
    path("employers", employers.search),
]
