"""Pages of the bureau desk, below ``/staff/``: each folder says its own addresses."""

from django.urls import URLPattern

from kuaiji.desk.calendar.urls import urlpatterns as calendar
from kuaiji.desk.deciding.urls import urlpatterns as deciding
from kuaiji.desk.ending.urls import urlpatterns as ending
from kuaiji.desk.home.urls import urlpatterns as home
from kuaiji.desk.notices.urls import urlpatterns as notices
from kuaiji.desk.people.urls import urlpatterns as people
from kuaiji.desk.queues.urls import urlpatterns as queues
from kuaiji.desk.record.urls import urlpatterns as record
from kuaiji.desk.switches.urls import urlpatterns as switches

app_name = "desk"
# What people names by fixed words comes before what the record takes as a reference number.
urlpatterns: list[URLPattern] = [*home, *queues, *deciding, *switches, *calendar, *notices, *people, *ending, *record]
