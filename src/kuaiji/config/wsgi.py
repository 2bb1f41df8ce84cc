"""The WSGI application that granian serves."""

from django.core.wsgi import get_wsgi_application

from kuaiji.common import environment
from kuaiji.limits import kinds

environment.set_default(environment.SETTINGS_MODULE, "kuaiji.config.settings")
application = get_wsgi_application()
kinds.require()  # commands and workers ask Django's checks; here nobody would
