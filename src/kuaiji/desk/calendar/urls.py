"""The calendar of working days."""

from django.urls import URLPattern, path

from kuaiji.desk.calendar import views

urlpatterns: list[URLPattern] = [path("calendar/", views.calendar, name="calendar")]
