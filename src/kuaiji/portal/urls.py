"""Pages open to all."""

from django.urls import path

from kuaiji.portal import data, guide, history, me, statements, views
from kuaiji.portal.exam.views import exam

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("me/", me.me, name="me"),
    path("me/exam/", exam, name="exam"),
    path("me/history/", history.history, name="history"),
    path("me/data/", data.data, name="data"),
    path("me/data.json", data.data_json, name="data_json"),
    path("directory/", views.directory, name="directory"),
    path("guide/", guide.contents, name="guide"),
    path("guide/<slug:slug>/", guide.chapter, name="guide_chapter"),
    path("elder/", views.elder, name="elder"),
    path("privacy/", statements.privacy, name="privacy"),
    path("accessibility/", statements.accessibility, name="accessibility"),
    path("sitemap/", statements.sitemap, name="sitemap"),
    path("sitemap.xml", statements.sitemap_xml, name="sitemap_xml"),
    path("robots.txt", statements.robots, name="robots"),
]
