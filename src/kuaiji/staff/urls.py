"""Addresses of signing in and of who works at the desk, below ``/staff/``."""

from django.urls import path

from kuaiji.staff.enrolling import views as enrolling
from kuaiji.staff.joining import views as joining
from kuaiji.staff.own import views as own
from kuaiji.staff.signing_in import views as signing_in
from kuaiji.staff.team import views as team

app_name = "staff"
urlpatterns = [
    path("login/", signing_in.sign_in, name="login"),
    path("login/factor/", signing_in.show_factor, name="factor"),
    path("proof/", signing_in.show_again, name="proof"),
    path("logout/", signing_in.sign_out, name="logout"),
    path("join/", joining.join, name="join"),
    path("enrol/", enrolling.enrol, name="enrol"),
    path("enrol/picture/", enrolling.first_picture, name="enrol_picture"),
    path("me/", own.me, name="me"),
    path("me/told/", own.told, name="told"),
    path("me/sessions/", own.end_sessions, name="end_sessions"),
    path("me/password/", own.password, name="password"),
    path("me/codes/", own.new_codes, name="new_codes"),
    path("me/factors/remove/", own.remove, name="remove_factor"),
    path("me/factors/new/", enrolling.add, name="add_factor"),
    path("me/factors/new/picture/", enrolling.picture, name="factor_picture"),
    path("team/", team.team, name="team"),
    path("team/invite/", team.invite, name="invite"),
    path("team/<uuid:member_id>/", team.member, name="member"),
]
