"""Addresses of the eight steps."""

from django.urls import path

from kuaiji.collection import views
from kuaiji.collection.steps import SECTION_STEPS

app_name = "collection"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("notice/", views.notice, name="notice"),
    *(path(f"{step.slug}/", views.section, {"slug": step.slug}, name=step.slug) for step in SECTION_STEPS),
    path("employers/", views.employers, name="employers"),
    path("review/", views.review, name="review"),
    path("waiting/", views.waiting, name="waiting"),
    path("waiting/withdraw/", views.withdraw, name="withdraw"),
    path("done/", views.done, name="done"),
]
