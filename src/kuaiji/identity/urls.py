"""Registering, signing in and out, recovering a password; 登录与安全; the texts people are shown."""

from django.urls import path

from kuaiji.identity.recovery.views import recover, recover_password
from kuaiji.identity.registration.views import register, register_details, register_password
from kuaiji.identity.security.views import change_password, change_phone, end_sessions, security, stay
from kuaiji.identity.signing_in.views import sign_in, sign_in_with_code, sign_out
from kuaiji.identity.texts.views import agree, show_text

app_name = "identity"
urlpatterns = [
    path("register/", register, name="register"),
    path("register/details/", register_details, name="register_details"),
    path("register/password/", register_password, name="register_password"),
    path("login/", sign_in, name="login"),
    path("login/code/", sign_in_with_code, name="login_code"),
    path("logout/", sign_out, name="logout"),
    path("recover/", recover, name="recover"),
    path("recover/password/", recover_password, name="recover_password"),
    path("me/stay/", stay, name="stay"),
    path("me/security/", security, name="security"),
    path("me/security/phone/", change_phone, name="change_phone"),
    path("me/security/password/", change_password, name="change_password"),
    path("me/security/sessions/", end_sessions, name="end_sessions"),
    path("notice/", agree, name="agree"),
    path("notice/<slug:key>/", show_text, name="text"),
    path("notice/<slug:key>/<slug:version>/", show_text, name="text_version"),
]
