"""The field matrix of the work step (R3.4): 16 fields × 4 statuses, as the manual prints it.

Asked means required ([decided], docs/adr/0004), except 聘任时间, which is asked for with a technical post only. Read
by models (constraints), forms, services and pages; held against the notice's table by a test.
"""

import dataclasses

from kuaiji.accountants.enums import NO_TECHNICAL_POST, EmploymentStatus

ACCOUNTING, OTHER, UNEMPLOYED, STUDENT = EmploymentStatus.values
EVERYBODY = frozenset(EmploymentStatus.values)
IN_ACCOUNTING = frozenset({ACCOUNTING})
EMPLOYED = frozenset({ACCOUNTING, OTHER})


@dataclasses.dataclass(frozen=True, slots=True)
class MatrixField:
    """One row: ``statuses`` are those it is asked of."""

    name: str
    label: str
    statuses: frozenset[str]


FIELDS = (
    MatrixField("division_code", "行政区划", EVERYBODY),
    MatrixField("accounting_post", "从事会计工作岗位", IN_ACCOUNTING),
    MatrixField("accounting_admin_post", "会计行政职务", IN_ACCOUNTING),
    MatrixField("accounting_start_date", "开始从事会计工作时间", IN_ACCOUNTING),
    MatrixField("accounting_years", "从事会计工作年限", IN_ACCOUNTING),
    MatrixField("accounting_technical_post", "会计专业技术职务", IN_ACCOUNTING),
    MatrixField("technical_post_appointed_on", "会计专业技术职务聘任时间", IN_ACCOUNTING),
    MatrixField("employer_name", "工作单位名称", EMPLOYED),
    MatrixField("employer_uscc", "统一社会信用代码", EMPLOYED),
    MatrixField("employer_industry", "工作单位所属行业", EMPLOYED),
    MatrixField("employer_economic_type", "工作单位经济类型", EMPLOYED),
    MatrixField("employer_address", "单位地址", EMPLOYED),
    MatrixField("employer_phone", "单位电话", EMPLOYED),
    MatrixField("residence_address", "居住地址", frozenset({UNEMPLOYED})),
    MatrixField("school_name", "学校名称", frozenset({STUDENT})),
    MatrixField("student_proof", "学生证明附件", frozenset({STUDENT})),
)
BY_NAME = {field.name: field for field in FIELDS}


def asked(status: str) -> frozenset[str]:
    """Names of the fields asked of ``status``."""
    return frozenset(field.name for field in FIELDS if status in field.statuses)


def required(status: str, technical_post: str | None) -> frozenset[str]:
    """Names of the fields that may not stay empty."""
    names = asked(status)
    if technical_post in (None, "", NO_TECHNICAL_POST):
        names -= {"technical_post_appointed_on"}
    return names
