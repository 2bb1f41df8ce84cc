"""Words for the actions of the access log, as the person reads them. Each app registers its own in its ``apps.py``."""

from kuaiji.common.registry import AppRegistry

ACCESS_LABELS: AppRegistry[str, str] = AppRegistry("label of accesses")
"""By app, ``transfers``, and where that says too little by action, ``portal.history``."""


def label_of(action: str) -> str:
    """An action by its own label, or by its app's; raises Unregistered."""
    return ACCESS_LABELS[action if action in ACCESS_LABELS else action.partition(".")[0]]
