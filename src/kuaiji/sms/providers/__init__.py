"""Ways to send a message, behind one promise (base.Provider)."""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

from kuaiji.common.http import Partner
from kuaiji.common.profile import SmsTemplate
from kuaiji.sms.providers import standin, tencent
from kuaiji.sms.providers.base import Provider
from kuaiji.sms.providers.chain import Chain


def provider_from_settings(
    environ: Mapping[str, str], *, signature: str, templates: Mapping[str, SmsTemplate]
) -> Provider:
    """The providers that ``KUAIJI_SMS_PROVIDERS`` lists (``standin``, ``tencent``), in that order.

    Make it once for a process: it keeps connections and remembers who failed. Raises ImproperlyConfigured, naming the
    variable, for a provider that is unknown, lacks a setting, or is not allowed here (``standin`` outside demo).
    """
    names = [name.strip() for name in _need(environ, "KUAIJI_SMS_PROVIDERS").split(",")]
    return Chain([_provider(name, environ, signature, templates) for name in names])


def _provider(name: str, environ: Mapping[str, str], signature: str, templates: Mapping[str, SmsTemplate]) -> Provider:
    if name == standin.NAME:
        if environ.get("KUAIJI_DEMO") != "1":
            raise ImproperlyConfigured("KUAIJI_SMS_PROVIDERS: standin sends to no phone, it is for demo only")
        address, token = _need(environ, "KUAIJI_STANDINS_URL"), _need(environ, "KUAIJI_STANDINS_TOKEN")
        partner = Partner(standin.NAME, address, token)
        return standin.StandinProvider(partner, signature=signature, templates=templates)
    if name == tencent.NAME:
        return tencent.TencentProvider(
            secret_id=_need(environ, "TENCENT_SECRET_ID"),
            secret_key=_need(environ, "TENCENT_SECRET_KEY"),
            app_id=_need(environ, "KUAIJI_TENCENT_SMS_APP_ID"),
            signature=signature,
            templates=templates,
        )
    raise ImproperlyConfigured(f"KUAIJI_SMS_PROVIDERS: {name!r} is none of standin, tencent")


def _need(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name):
        raise ImproperlyConfigured(f"{name} is not set")
    return environ[name]
