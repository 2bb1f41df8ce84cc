"""Every form of the platform behind its door: who stands there, what passes, and what is kept of it."""

from people.hostile.doors.requests import REQUESTS
from people.hostile.doors.sections import SECTIONS
from people.hostile.doors.sign_in import SECURITY
from people.hostile.doors.strangers import IDENTITY
from people.hostile.doors.transfers import OTHERS, TRANSFERS

DOORS = (*IDENTITY, *SECURITY, *SECTIONS, *REQUESTS, *TRANSFERS, *OTHERS)
