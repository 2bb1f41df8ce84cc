"""Addresses of pictures."""

from django.urls import path

from kuaiji.attachments import views

app_name = "attachments"
urlpatterns = [
    path("<uuid:attachment_id>/", views.show, name="show"),
    path("<uuid:attachment_id>/crop/", views.crop, name="crop"),
]
