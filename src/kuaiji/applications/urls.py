"""Addresses of applications: the person's own, and the public one for who has lost the phone."""

from django.urls import path

from kuaiji.applications import views
from kuaiji.applications.enums import CorrectionField

app_name = "applications"
urlpatterns = [
    path("me/corrections/", views.corrections, name="corrections"),
    path("me/corrections/new/", views.correction_new, name="correction_new"),
    *(
        path(f"me/corrections/new/{field}/", views.correction, {"field": field}, name=f"correction_{field}")
        for field in CorrectionField
    ),
    path("me/corrections/<uuid:application_id>/withdraw/", views.withdraw, name="withdraw"),
    path("recover/phone-lost/", views.phone_lost, name="phone_lost"),
    path("recover/phone-lost/done/", views.phone_lost_done, name="phone_lost_done"),
]
