"""What SMS providers call."""

from django.urls import path

from kuaiji.sms import views

app_name = "sms"
urlpatterns = [path("sms/reports/<slug:provider>/<str:token>", views.reports, name="reports")]
