"""Registering, signing in and out, recovering a password; 登录与安全; the texts people are shown."""

from django.urls import path

from kuaiji.identity import security_views, text_views, views

app_name = "identity"
urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/details/", views.register_details, name="register_details"),
    path("register/password/", views.register_password, name="register_password"),
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("recover/", views.recover, name="recover"),
    path("recover/password/", views.recover_password, name="recover_password"),
    path("me/security/", security_views.security, name="security"),
    path("me/security/phone/", security_views.change_phone, name="change_phone"),
    path("me/security/password/", security_views.change_password, name="change_password"),
    path("me/security/sessions/", security_views.end_sessions, name="end_sessions"),
    path("notice/", text_views.agree, name="agree"),
    path("notice/<slug:key>/", text_views.show_text, name="text"),
    path("notice/<slug:key>/<slug:version>/", text_views.show_text, name="text_version"),
]
