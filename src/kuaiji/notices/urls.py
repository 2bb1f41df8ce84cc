"""通知公告."""

from django.urls import path

from kuaiji.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/atom.xml", views.feed, name="feed"),
    path("notices/<uuid:notice_id>/", views.notice, name="notice"),
]
