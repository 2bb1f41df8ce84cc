"""What the platform has under keys of the ring: each app registers its step of ``kuaiji rotate-keys``."""

from kuaiji.common.keyring import keyring
from kuaiji.common.rotation import RotationStep, data_keys
from kuaiji.keys.models import PersonKey

PERSON_KEYS = data_keys("人员密钥", PersonKey, keyring)
_steps: list[RotationStep] = []


def register(step: RotationStep) -> None:
    """Make it part of every rotation, after those that were registered before."""
    _steps.append(step)


def steps() -> tuple[RotationStep, ...]:
    """All of them, in order."""
    return tuple(_steps)
