"""The lists of what waits, one address for what is decided in one way."""

from django.urls import URLPattern, path

from kuaiji.desk.queues import views

urlpatterns: list[URLPattern] = [
    path("applications/", views.queue, {"folder": "applications"}, name="applications"),
    path("transfers/", views.queue, {"folder": "transfers"}, name="transfers"),
    path("conflicts/", views.queue, {"folder": "conflicts"}, name="conflicts"),
    path("messages/", views.queue, {"folder": "messages"}, name="messages"),
    path("reviews/", views.queue, {"folder": "reviews"}, name="reviews"),
]
