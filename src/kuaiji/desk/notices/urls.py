"""通知公告, as the bureaux keep it."""

from django.urls import URLPattern, path

from kuaiji.desk.notices import views

urlpatterns: list[URLPattern] = [
    path("notices/", views.notices, name="notices"),
    path("notices/new/", views.new_notice, name="new_notice"),
    path("notices/<uuid:notice_id>/", views.notice, name="notice"),
]
