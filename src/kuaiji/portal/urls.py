"""Pages open to all."""

from django.urls import path

from kuaiji.portal import data, guide, history, me, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("me/", me.me, name="me"),
    path("me/history/", history.history, name="history"),
    path("me/data/", data.data, name="data"),
    path("me/data.json", data.data_json, name="data_json"),
    path("directory/", views.directory, name="directory"),
    path("guide/", guide.contents, name="guide"),
    path("guide/<slug:slug>/", guide.chapter, name="guide_chapter"),
    path("elder/", views.elder, name="elder"),
]
