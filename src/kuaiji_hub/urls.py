"""Addresses of the hub."""

from django.urls import path

from kuaiji_hub import health, views
from kuaiji_wire import client

handler404 = "kuaiji_hub.health.not_found"
handler500 = "kuaiji_hub.health.broken"

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.figures),
    path(client.MESSAGES[1:], views.take_message),
    path(client.FEED[1:], views.tell_feed),
    path(client.LOOKUPS[1:], views.look_up),
    path(client.MATCHES[1:], views.match_transfer),
    path(client.RECORD_BOOK[1:], views.tell_records),
    path(client.TRANSFER_BOOK[1:], views.tell_transfers),
    path(client.MESSAGE_BOOK[1:], views.tell_messages),
    path(client.FEED_BOOK[1:], views.tell_feed_book),
]
