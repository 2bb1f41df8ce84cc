"""Pages open to all."""

from django.urls import path

from kuaiji.portal import me, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("me/", me.me, name="me"),
    path("directory/", views.directory, name="directory"),
    path("elder/", views.elder, name="elder"),
]
