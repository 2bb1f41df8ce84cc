"""Addresses of printing, and of the check."""

from django.urls import path

from kuaiji.archives import views

app_name = "archives"
urlpatterns = [
    path("me/archive/", views.archive, {"offer": views.ARCHIVE}, name="archive"),
    path("me/archive.pdf", views.file, {"offer": views.ARCHIVE}, name="file"),
    path("me/proof/", views.archive, {"offer": views.PROOF}, name="proof"),
    path("me/proof.pdf", views.file, {"offer": views.PROOF}, name="proof_file"),
    path("me/card/", views.archive, {"offer": views.CARD}, name="card"),
    path("me/card.png", views.file, {"offer": views.CARD}, name="card_file"),
    path("verify/", views.verify, name="verify"),
]
