"""Addresses of printing, and of the check."""

from django.urls import path

from kuaiji.archives import views

app_name = "archives"
urlpatterns = [
    path("me/archive/", views.archive, name="archive"),
    path("me/archive.pdf", views.file, name="file"),
    path("verify/", views.verify, name="verify"),
]
