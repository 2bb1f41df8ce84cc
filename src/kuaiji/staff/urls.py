"""Addresses of signing in and of who works at the desk, below ``/staff/``."""

from django.urls import path

from kuaiji.staff.signing_in import views as signing_in

app_name = "staff"
urlpatterns = [
    path("login/", signing_in.sign_in, name="login"),
    path("login/factor/", signing_in.show_factor, name="factor"),
    path("logout/", signing_in.sign_out, name="logout"),
]
