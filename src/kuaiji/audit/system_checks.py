"""System check before a release: where the second place of the seals is."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register

from kuaiji.audit import offsite_seals
from kuaiji.common import environment


@register(Tags.security, deploy=True)
def check_second_place(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """It is there, and not beside what it is to prove."""
    name, folder = environment.SEALS.name, environment.SEALS.get()
    if folder and not folder.is_dir():
        return [Warning(f"{name} names a folder that is not there: no seal is copied", id="audit.W002")]
    if offsite_seals.stands_beside():
        words = f"{name} is on the same disk as {environment.HOME.name}: whoever changes one can change the other"
        return [Warning(words, hint="mount a folder of another host", id="audit.W001")]
    return []
