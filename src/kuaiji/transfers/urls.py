"""Addresses of moving between platforms."""

from django.urls import path

from kuaiji.transfers.views import claim_pictures, transfer_in, transfer_out

app_name = "transfers"
urlpatterns = [
    path("transfers/", transfer_out.overview, name="overview"),
    path("transfers/out/", transfer_out.outs, name="outs"),
    path("transfers/out/new/", transfer_out.out_new, name="out_new"),
    path("transfers/out/<uuid:transfer_id>/", transfer_out.out, name="out"),
    path("transfers/out/<uuid:transfer_id>/withdraw/", transfer_out.withdraw, name="withdraw"),
    path("transfers/out/<uuid:transfer_id>/code/", transfer_out.out_code, name="out_code"),
    path("transfers/in/", transfer_in.transfer_in, name="in"),
    path("transfers/in/confirm/", transfer_in.confirm, name="in_confirm"),
    path("transfers/in/proof/", claim_pictures.proof, name="in_proof"),
    path("transfers/in/done/", transfer_in.done, name="in_done"),
]
