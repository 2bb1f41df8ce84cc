"""Registering, signing in and out, recovering a password."""

from django.urls import path

from kuaiji.identity import views

app_name = "identity"
urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/details/", views.register_details, name="register_details"),
    path("register/password/", views.register_password, name="register_password"),
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("recover/", views.recover, name="recover"),
    path("recover/password/", views.recover_password, name="recover_password"),
]
