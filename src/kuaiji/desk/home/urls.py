"""The first page of the desk, what one decided, giving a colleague's cases on, and 操作指引."""

from django.urls import URLPattern, path

from kuaiji.desk.home import views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("done/", views.done, name="done"),
    path("give/", views.give, name="give"),
    path("guide/", views.guide, name="guide"),
]
