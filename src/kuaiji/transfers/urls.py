"""Addresses of moving between platforms."""

from django.urls import path

from kuaiji.transfers import in_views, out_views

app_name = "transfers"
urlpatterns = [
    path("transfers/", out_views.overview, name="overview"),
    path("transfers/out/", out_views.outs, name="outs"),
    path("transfers/out/new/", out_views.out_new, name="out_new"),
    path("transfers/out/<uuid:transfer_id>/", out_views.out, name="out"),
    path("transfers/out/<uuid:transfer_id>/withdraw/", out_views.withdraw, name="withdraw"),
    path("transfers/in/", in_views.transfer_in, name="in"),
    path("transfers/in/confirm/", in_views.confirm, name="in_confirm"),
    path("transfers/in/done/", in_views.done, name="in_done"),
]
