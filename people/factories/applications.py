"""Applications to a bureau."""

from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from kuaiji.applications.enums import ApplicationKind, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.common import clock
from people.factories.users import UserFactory


class ApplicationFactory(DjangoModelFactory[Application]):
    """A correction that ``user`` asked for and nobody has decided."""

    class Meta:
        model = Application

    kind = ApplicationKind.CORRECTION
    field = CorrectionField.GENDER
    reference_number = Sequence(lambda number: f"GD-SQ-2026-0000-{number:04}")
    user = SubFactory(UserFactory)
    person_key = LazyAttribute(lambda made: made.user.person_key)
    details = LazyFunction(dict)
    submitted_at = LazyFunction(clock.now)
    due_on = LazyFunction(clock.today)
