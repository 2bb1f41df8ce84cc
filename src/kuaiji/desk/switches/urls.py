"""The operator's switches."""

from django.urls import URLPattern, path

from kuaiji.desk.switches import views

urlpatterns: list[URLPattern] = [path("switches/", views.switches, name="switches")]
