"""The SMS providers, each with the interface of base.Provider. A new one is a module and an entry of PROVIDERS."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kuaiji.common import environment
from kuaiji.common.environment import ConfigurationError, Variable
from kuaiji.common.http import Partner
from kuaiji.common.profile import SmsTemplate
from kuaiji.sms.enums import Report
from kuaiji.sms.providers import standin, tencent, tencent_reports
from kuaiji.sms.providers.base import Provider
from kuaiji.sms.providers.chain import Chain

Values = Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """How a provider is made of the environment, the signature and the templates of the profile.

    ``variables`` must be set. With ``needs_ids`` it knows a template by an id that the profile gives under its name.
    ``reports`` reads what it posts about messages that it took: (number there, report, the carrier's code); it raises
    ValueError for what is not as documented.
    """

    make: Callable[[Values, str, Mapping[str, SmsTemplate]], Provider]
    variables: tuple[Variable[Any], ...]
    reports: Callable[[Any], list[tuple[str, Report, str]]]
    needs_ids: bool = True
    demo_only: bool = False


def _standin(values: Values, signature: str, templates: Mapping[str, SmsTemplate]) -> Provider:
    partner = Partner(standin.NAME, environment.STANDINS_URL.get(values), environment.STANDINS_TOKEN.get(values))
    report_to = environment.SMS_REPORT_URL.get(values)
    return standin.StandinProvider(partner, signature=signature, templates=templates, report_to=report_to)


def _tencent(values: Values, signature: str, templates: Mapping[str, SmsTemplate]) -> Provider:
    return tencent.TencentProvider(
        secret_id=environment.TENCENT_SECRET_ID.get(values),
        secret_key=environment.TENCENT_SECRET_KEY.get(values),
        app_id=environment.SMS_APP_ID.get(values),
        signature=signature,
        templates=templates,
    )


PROVIDERS = {
    standin.NAME: ProviderKind(
        _standin,
        (environment.STANDINS_URL, environment.STANDINS_TOKEN),
        tencent_reports.read_reports,  # the stand-in speaks as Tencent does
        needs_ids=False,
        demo_only=True,
    ),
    tencent.NAME: ProviderKind(
        _tencent,
        (environment.TENCENT_SECRET_ID, environment.TENCENT_SECRET_KEY, environment.SMS_APP_ID),
        tencent_reports.read_reports,
    ),
}


def provider_from_settings(values: Values = None, *, signature: str, templates: Mapping[str, SmsTemplate]) -> Chain:
    """The providers that ``KUAIJI_SMS_PROVIDERS`` lists, in that order.

    Make it once for a process: it keeps connections and remembers who failed. Raises ConfigurationError, naming the
    variable, for a provider that is unknown, lacks a setting, is not allowed here (``standin`` outside demo), or knows
    a template of the profile by no id.
    """
    names = environment.SMS_PROVIDERS.need(values)
    if faults := list(faults_of_providers(values, templates=templates)):
        raise ConfigurationError(faults[0])
    return Chain([PROVIDERS[name].make(values, signature, templates) for name in names])


def faults_of_providers(values: Values = None, *, templates: Mapping[str, SmsTemplate]) -> Iterator[str]:
    """What keeps the providers that ``KUAIJI_SMS_PROVIDERS`` lists from being used, in words without secrets."""
    variable = environment.SMS_PROVIDERS
    for name in variable.get(values):
        if (kind := PROVIDERS.get(name)) is None:
            yield f"{variable.name} names {name!r}: it must be of {', '.join(PROVIDERS)}. {variable.remedy}."
            continue
        if kind.demo_only and not environment.DEMO.get(values):
            yield f"{variable.name} names {name!r}: it sends to no phone, it is for demo only. {variable.remedy}."
        for needed in kind.variables:
            if not needed.text(values):
                yield f"set {needed.name}, which {name!r} of {variable.name} needs: {needed.limit}."
        for key, template in templates.items():
            if kind.needs_ids and name not in template.ids:
                yield f"profile: [sms.{key}] has no id for {name!r} of {variable.name}. Add it to ids."
