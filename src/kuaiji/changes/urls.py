"""Addresses of 信息变更."""

from django.urls import path

from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.changes import views

app_name = "changes"
urlpatterns = [
    path("", views.overview, name="overview"),
    *(path(f"{section.slug}/", views.section, {"slug": section.slug}, name=section.slug) for section in SECTIONS),
    path("name/", views.name, name="name"),
    path("name/withdraw/", views.withdraw, name="withdraw"),
    path("confirm/", views.confirm, name="confirm"),
]
