"""The WSGI application that granian serves."""

from django.core.wsgi import get_wsgi_application

from kuaiji.common import environment

environment.set_default(environment.SETTINGS_MODULE, "kuaiji_hub.settings")
application = get_wsgi_application()
