"""The addresses of the exam check (docs/exam-api.md)."""

from django.urls import path

from kuaiji.examapi import views
from kuaiji.examapi.protocol.requests import DOORS

app_name = "examapi"
urlpatterns = [path(address.removeprefix("/"), views.exam) for address in DOORS]
