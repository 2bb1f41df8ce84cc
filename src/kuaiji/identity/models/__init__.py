"""The tables of identity, a module for each room."""

from kuaiji.identity.models.agreements import Agreement
from kuaiji.identity.models.late_forms import LateForm
from kuaiji.identity.models.partner_checks import Check
from kuaiji.identity.models.people import (
    DOCUMENT_TYPES,
    PEOPLE_PER_NUMBER,
    PEOPLE_PER_PHONE,
    Fingerprint,
    User,
    UserManager,
)
from kuaiji.identity.models.sessions import KnownBrowser, Session
from kuaiji.identity.models.sms_codes import SmsCode
from kuaiji.identity.models.unfinished import PhoneChange, Recovery, Registration, Unfinished

__all__ = [
    "DOCUMENT_TYPES",
    "PEOPLE_PER_NUMBER",
    "PEOPLE_PER_PHONE",
    "Agreement",
    "Check",
    "Fingerprint",
    "KnownBrowser",
    "LateForm",
    "PhoneChange",
    "Recovery",
    "Registration",
    "Session",
    "SmsCode",
    "Unfinished",
    "User",
    "UserManager",
]
