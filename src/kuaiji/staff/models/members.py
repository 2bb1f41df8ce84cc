"""Who works in a bureau."""

import itertools

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kuaiji.common.ids import uuid7
from kuaiji.keys.models import PersonKey
from kuaiji.regions.models import FinanceBureau
from kuaiji.staff.enums import Role
from kuaiji.staff.rules import GROUPS


def _of_one_group() -> Q:
    """No role of two groups; said of the column, so that no way around the services gets past it."""
    both = [
        Q(roles__overlap=sorted(one)) & Q(roles__overlap=sorted(other))
        for one, other in itertools.combinations(GROUPS, 2)
    ]
    return ~Q(*both, _connector=Q.OR)


class Member(models.Model):
    """A member of staff of one bureau (R9.1), apart from the citizens' users. ``data_key`` seals what proves who it
    is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous: of staff")
    data_key = models.OneToOneField(PersonKey, on_delete=models.PROTECT, db_comment="internal: seals the factors")
    username = models.CharField(max_length=30, unique=True, db_comment="personal: plain, what one signs in with")
    name = models.CharField(max_length=50, db_comment="personal: plain, shown to colleagues and with decisions")
    bureau = models.ForeignKey(FinanceBureau, on_delete=models.PROTECT, db_comment="internal: whose scope they have")
    roles = ArrayField(models.CharField(max_length=10, choices=Role), db_comment="internal: Role, of one group")
    password = models.CharField(max_length=255, db_comment="secret: Argon2id hash")
    is_active = models.BooleanField(default=True, db_comment="internal: false once disabled")
    invited_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_comment="pseudonymous: of staff")
    joined_at = models.DateTimeField(db_comment="internal")
    last_used_at = models.DateTimeField(db_comment="internal: last sign-in, or when let in; unused ones are disabled")
    enrol_until = models.DateTimeField(
        null=True, db_comment="internal: until when a second factor may be set up with the password alone"
    )
    told = models.TextField(blank=True, db_comment="internal: words to read at the next sign-in, such as of an unlock")

    class Meta:
        constraints = [
            models.CheckConstraint(name="staff_member_roles_known", condition=Q(roles__contained_by=sorted(Role))),
            models.CheckConstraint(name="staff_member_has_a_role", condition=~Q(roles=[])),
            models.CheckConstraint(name="staff_member_of_one_group", condition=_of_one_group()),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def has_role(self, *roles: Role) -> bool:
        """Has one of these; of none given, any will do."""
        return not roles or not set(roles).isdisjoint(self.roles)

    @property
    def own_roles(self) -> frozenset[Role]:
        """As Role."""
        return frozenset(map(Role, self.roles))

    @property
    def role_words(self) -> str:
        """经办、复核, in the order of Role."""
        return "、".join(role.label for role in Role if role in self.roles)
