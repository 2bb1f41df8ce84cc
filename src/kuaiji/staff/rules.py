"""Who may be what, and whom they may invite (R9.1, R9.7, ADR 0109). Pure."""

import re
from collections.abc import Collection

from kuaiji.common.errors import RuleBroken
from kuaiji.staff.enums import Role

# 三员分立: nobody has roles of two of these, which the database refuses as well.
GROUPS: tuple[frozenset[Role], ...] = (
    frozenset({Role.SYSTEM}),
    frozenset({Role.MANAGER, Role.CLERK, Role.REVIEWER}),
    frozenset({Role.AUDITOR}),
)
# By the role of who invites or changes: each kind its own, 管理 also who works and who checks.
MAY_GIVE: dict[Role, frozenset[Role]] = {
    Role.SYSTEM: frozenset({Role.SYSTEM}),
    Role.MANAGER: frozenset({Role.MANAGER, Role.CLERK, Role.REVIEWER}),
    Role.AUDITOR: frozenset({Role.AUDITOR}),
}
ADMINISTRATORS = tuple(MAY_GIVE)
SHORTEST_PASSWORD = 15
USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,29}", re.ASCII)


def check_roles(roles: Collection[Role]) -> None:
    """Refuse no role at all, and roles of two groups (R9.7): RuleBroken ``roles_missing``, ``roles_apart``."""
    if not roles:
        raise RuleBroken("roles_missing", "请至少选择一个角色", "roles")
    if sum(bool(group.intersection(roles)) for group in GROUPS) > 1:
        raise RuleBroken("roles_apart", "系统、审计、经办（复核、管理）须由不同的人担任，请只选其中一类", "roles")


def may_give(giver: Collection[Role], roles: Collection[Role]) -> bool:
    """May somebody with the roles ``giver`` give all of ``roles``?"""
    allowed = frozenset[Role]().union(*(MAY_GIVE.get(role, frozenset()) for role in giver))
    return allowed.issuperset(roles)


def check_username(username: str) -> str:
    """The name in its one spelling, small letters; raises RuleBroken ``username_invalid``."""
    name = username.strip().casefold()
    if not USERNAME.fullmatch(name):
        raise RuleBroken(
            "username_invalid", "用户名为 3 到 30 位的小写字母、数字、点、横线或下划线，以字母开头", "username"
        )
    return name
