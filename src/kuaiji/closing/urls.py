"""注销."""

from django.urls import path

from kuaiji.closing import views

app_name = "closing"
urlpatterns = [
    path("me/security/close/", views.close, name="close"),
    path("closed/", views.closed, name="closed"),
]
