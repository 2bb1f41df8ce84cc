"""The WSGI application that granian serves, and its one style sheet."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

from kuaiji.common import environment

environment.set_default(environment.SETTINGS_MODULE, "kuaiji_standins.settings")
application = WhiteNoise(get_wsgi_application(), root=settings.STATIC_ROOT, prefix=settings.STATIC_URL)
