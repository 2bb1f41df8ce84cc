"""The tables of the record's sections."""

from django.db import models
from django.db.models import F, Q

from kuaiji.accountants.enums import NO_TECHNICAL_POST, TALENT_GRADUATED, EmploymentStatus, StudyMode
from kuaiji.accountants.models.record import Record
from kuaiji.accountants.sections import field_matrix
from kuaiji.attachments.models import Attachment
from kuaiji.common.dates import Precision
from kuaiji.common.ids import uuid7
from kuaiji.keys.fields import SealedTextField
from kuaiji.keys.models import PersonKey


def precision() -> "models.CharField[str, str]":
    """How precisely the date beside it is known (docs/adr/0076); rows of before say their days."""
    return models.CharField(
        max_length=5,
        choices=[(one.value, one.name) for one in Precision],
        default=Precision.DAY,
        db_default=Precision.DAY,
        db_comment="personal: day or month",
    )


def known_precisions(table: str, *columns: str) -> models.CheckConstraint:
    """The database takes no other word for it."""
    condition = Q()
    for column in columns:
        condition &= Q(**{f"{column}__in": [one.value for one in Precision]})
    return models.CheckConstraint(name=f"{table}_precisions", condition=condition)


class Section(models.Model):
    """Base of the sections' tables: a row belongs to a record and is sealed under its person's key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="pseudonymous")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, db_comment="pseudonymous")

    class Meta:
        abstract = True


class Personal(Section):
    """个人信息"""

    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="personal", db_comment="pseudonymous")
    gender = models.CharField(max_length=1, db_comment="personal: GB/T 2261.1")
    birth_date = models.DateField(db_comment="personal")
    country = models.CharField(max_length=3, db_comment="personal: GB/T 2659.1")
    ethnic_group = models.CharField(max_length=2, blank=True, db_comment="personal: GB/T 3304")
    political_status = models.CharField(max_length=2, blank=True, db_comment="personal: GB/T 4762")
    email = SealedTextField(label="accountants.email", db_comment="sealed: e-mail")
    photo = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+", db_comment="pseudonymous")
    id_card_front = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+", db_comment="pseudonymous")
    id_card_back = models.ForeignKey(
        Attachment, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pseudonymous"
    )

    class Meta:
        constraints = [models.CheckConstraint(name="personal_gender", condition=Q(gender__in=("1", "2")))]


class Education(Section):
    """学历信息: the highest of each mode ([decided])."""

    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="educations", db_index=False, db_comment="pseudonymous"
    )
    mode = models.CharField(max_length=1, choices=StudyMode, db_comment="internal: 全日制 or 非全日制")
    level = models.CharField(max_length=2, db_comment="personal: GB/T 4658")
    degree = models.CharField(max_length=3, db_comment="personal: GB/T 6864")
    school = models.CharField(max_length=100, db_comment="personal")
    major = models.CharField(max_length=100, blank=True, db_comment="personal")
    enrolled_on = models.DateField(null=True, db_comment="personal: 入学时间")
    enrolled_on_precision = precision()
    graduated_on = models.DateField(db_comment="personal")
    graduated_on_precision = precision()
    second_degree = models.BooleanField(db_comment="personal: 第二学士学位或研究生班")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "mode"], name="education_once_per_mode"),
            known_precisions("education", "enrolled_on_precision", "graduated_on_precision"),
        ]


_COLUMN = {"student_proof": "student_proof_id"}


def _asked_or_empty() -> list[models.CheckConstraint]:
    """The field matrix as constraints: asked of a status means filled, not asked means null."""
    constraints = []
    for field in field_matrix.FIELDS:
        if field.statuses == field_matrix.EVERYBODY:
            continue
        column = _COLUMN.get(field.name, field.name)
        filled, statuses = Q(**{f"{column}__isnull": False}), sorted(field.statuses)
        if field.name == "technical_post_appointed_on":
            filled |= Q(accounting_technical_post=NO_TECHNICAL_POST)
        constraints.append(
            models.CheckConstraint(
                name=f"employment_{field.name}"[:60],
                condition=(Q(employment_status__in=statuses) & filled)
                | (~Q(employment_status__in=statuses) & Q(**{f"{column}__isnull": True})),
            )
        )
    return constraints


class Employment(Section):
    """工作信息: columns are null exactly where the field matrix does not ask."""

    record = models.OneToOneField(
        Record, on_delete=models.PROTECT, related_name="employment", db_comment="pseudonymous"
    )
    employment_status = models.CharField(max_length=1, choices=EmploymentStatus, db_comment="personal: 在岗状态")
    division_code = models.CharField(max_length=12, db_comment="internal: 行政区划")
    accounting_post = models.CharField(max_length=2, null=True, db_comment="personal: 从事会计工作岗位")
    accounting_admin_post = models.CharField(max_length=2, null=True, db_comment="personal: 会计行政职务")
    accounting_start_date = models.DateField(null=True, db_comment="personal: 开始从事会计工作时间")
    accounting_start_date_precision = precision()
    accounting_years = models.PositiveSmallIntegerField(null=True, db_comment="personal: 年限 as typed, years")
    accounting_technical_post = models.CharField(max_length=2, null=True, db_comment="personal: 会计专业技术职务")
    technical_post_appointed_on = models.DateField(null=True, db_comment="personal: 聘任时间")
    technical_post_appointed_on_precision = precision()
    employer_name = models.CharField(max_length=100, null=True, db_comment="personal: 工作单位名称")
    employer_uscc = models.CharField(max_length=18, null=True, db_comment="personal: 统一社会信用代码")
    employer_uscc_meant = models.BooleanField(
        default=False, db_default=False, db_comment="internal: a code that breaks the standard, meant so by the person"
    )
    employer_industry = models.CharField(max_length=2, null=True, db_comment="personal: GB/T 4754 division")
    employer_economic_type = models.CharField(max_length=2, null=True, db_comment="personal: 工作单位经济类型")
    employer_address = models.CharField(max_length=200, null=True, db_comment="personal: 单位地址")
    employer_phone = models.CharField(max_length=30, null=True, db_comment="personal: 单位电话")
    residence_address = SealedTextField(label="accountants.residence_address", null=True, db_comment="sealed: 居住地址")
    school_name = models.CharField(max_length=100, null=True, db_comment="personal: 学校名称")
    student_proof = models.ForeignKey(
        Attachment, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pseudonymous"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="employment_status_known", condition=Q(employment_status__in=("1", "2", "3", "4"))
            ),
            known_precisions("employment", "accounting_start_date_precision", "technical_post_appointed_on_precision"),
            *_asked_or_empty(),
        ]


class AccountingPeriod(Section):
    """A time of accounting work: kept for good, closed by ``ended_on`` (R3.4)."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="periods", db_comment="pseudonymous")
    started_on = models.DateField(db_comment="personal")
    started_on_precision = precision()
    ended_on = models.DateField(null=True, db_comment="personal: null while it runs")
    ended_on_precision = precision()
    employer_name = models.CharField(max_length=100, db_comment="personal")

    class Meta:
        ordering = ["started_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="period_forwards", condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on"))
            ),
            models.UniqueConstraint(fields=["record"], condition=Q(ended_on=None), name="period_one_running"),
            known_precisions("period", "started_on_precision", "ended_on_precision"),
        ]


class Professional(Section):
    """专业技术信息: certificates and abacus level."""

    record = models.OneToOneField(
        Record, on_delete=models.PROTECT, related_name="professional", db_comment="pseudonymous"
    )
    cpa_number = models.CharField(max_length=40, null=True, db_comment="personal: 注册会计师, null when not one")
    tax_agent_number = models.CharField(max_length=40, null=True, db_comment="personal: 税务师")
    asset_appraiser_number = models.CharField(max_length=40, null=True, db_comment="personal: 资产评估师")
    abacus_level = models.CharField(max_length=2, db_comment="personal: 珠算等级")


class Qualification(Section):
    """专业技术资格"""

    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="qualifications", db_comment="pseudonymous"
    )
    category = models.CharField(max_length=2, db_comment="personal: 类型")
    level = models.CharField(max_length=1, db_comment="personal: 级别")
    method = models.CharField(max_length=1, db_comment="personal: 取得方式")
    obtained_on = models.DateField(db_comment="personal: 取得时间")
    obtained_on_precision = precision()
    name = models.CharField(max_length=60, blank=True, db_comment="personal: 名称")
    certificate_number = models.CharField(max_length=40, blank=True, db_comment="personal: 证书编号")
    issued_in = models.CharField(max_length=60, blank=True, db_comment="personal: 发证地")

    class Meta:
        ordering = ["obtained_on", "id"]
        constraints = [known_precisions("qualification", "obtained_on_precision")]


class Talent(Section):
    """高端会计人才"""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="talents", db_comment="pseudonymous")
    programme = models.CharField(max_length=2, db_comment="personal: 会计人才类型")
    selected_year = models.PositiveSmallIntegerField(db_comment="personal: 入选年度")
    status = models.CharField(max_length=1, db_comment="personal: 培养状态")
    graduated_year = models.PositiveSmallIntegerField(null=True, db_comment="personal: 毕业年度")

    class Meta:
        ordering = ["selected_year", "id"]
        constraints = [
            models.CheckConstraint(
                name="talent_graduation",
                condition=Q(status=TALENT_GRADUATED, graduated_year__gte=F("selected_year"))
                | (~Q(status=TALENT_GRADUATED) & Q(graduated_year=None)),
            )
        ]


class Award(Section):
    """奖励"""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="awards", db_comment="pseudonymous")
    name = models.CharField(max_length=100, db_comment="personal: 奖励名称")
    level = models.CharField(max_length=1, db_comment="personal: 奖励级别")
    year = models.PositiveSmallIntegerField(null=True, db_comment="personal")
    giver = models.CharField(max_length=100, blank=True, db_comment="personal: 授予单位")

    class Meta:
        ordering = ["id"]
