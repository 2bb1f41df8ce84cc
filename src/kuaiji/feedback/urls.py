"""Addresses of 评价."""

from django.urls import path

from kuaiji.feedback import views

app_name = "feedback"
urlpatterns = [
    path("me/feedback/thanks/", views.thanks, name="thanks"),
    path("me/feedback/<slug:act>/", views.give, name="give"),
]
