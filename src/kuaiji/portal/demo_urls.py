"""Addresses of the demo alone."""

from django.urls import path

from kuaiji.portal import demo

app_name = "demo"
urlpatterns = [
    path("sms/", demo.sms_page, name="sms"),
    path("sms.json", demo.sms_json, name="sms_json"),
]
