"""Reference data that apps ship with the release; ``load_reference`` writes it at every update of the database."""

from collections.abc import Callable

from kuaiji.common.registry import AppRegistry

# By the name of what is written: a function that is harmless to call again, and returns how many rows it wrote. Apps
# register theirs in the order of INSTALLED_APPS, so that what lies below is there before.
REFERENCE: AppRegistry[str, Callable[[], int]] = AppRegistry("reference data")
