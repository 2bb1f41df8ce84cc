"""Every form of the platform behind its door: who stands there, what passes, and what is kept of it."""

from tests.hostile.doors.requests import REQUESTS
from tests.hostile.doors.sections import SECTIONS
from tests.hostile.doors.sign_in import SECURITY
from tests.hostile.doors.strangers import IDENTITY
from tests.hostile.doors.transfers import OTHERS, TRANSFERS

DOORS = (*IDENTITY, *SECURITY, *SECTIONS, *REQUESTS, *TRANSFERS, *OTHERS)
