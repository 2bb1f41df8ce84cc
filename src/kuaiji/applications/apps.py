from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "kuaiji.applications"
    label = "requests"  # of its tables and migrations, from before it had this name

    def ready(self) -> None:
        from kuaiji.applications import attempts, own_data
        from kuaiji.applications.enums import CorrectionField
        from kuaiji.applications.finished import newest_correction
        from kuaiji.applications.services.cases import register_cases
        from kuaiji.applications.services.corrections import form_of
        from kuaiji.applications.services.phone_lost import PHONE_LOST_CODE, claim_stands, phone_lost_phone
        from kuaiji.attachments.pictures.imaging import DOCUMENT_SIDE
        from kuaiji.attachments.purposes import PURPOSES, Purpose
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.common.own_pages import OWN_ROWS, OwnRow
        from kuaiji.feedback.acts import ACTS, Act
        from kuaiji.identity.sms_codes.purposes import CODE_PURPOSES, CodePurpose
        from kuaiji.limits import kinds
        from kuaiji.messages.hooks import STANDS
        from kuaiji.sms.enums import TemplateKey
        from kuaiji.unsent.registry import KEPT_FORMS, KeptForm

        own_data.register()
        register_cases()
        for field in CorrectionField:
            KEPT_FORMS.register(form_of(field), KeptForm(f"更正{field.label}", f"applications:correction_{field}"))
        STANDS.register(TemplateKey.PHONE_LOST_CLAIMED, claim_stands)
        ACCESS_LABELS.register("requests", "申请")
        ACTS.register("correction", Act(label="更正申请", newest=newest_correction))
        OWN_ROWS.register(
            "/me/corrections/",
            OwnRow(order=70, label="更正申请", drawing="guide", about="证件、性别、国籍有误", of_record=True),
        )
        ACCESS_LABELS.register("requests.reveal", "审核申请时查看完整内容")
        PURPOSES.register("correction_proof", Purpose("更正证明", DOCUMENT_SIDE))
        PURPOSES.register("further_proof", Purpose("更正证明第二张", DOCUMENT_SIDE))
        PURPOSES.register("ending_proof", Purpose("终止或恢复档案的证明", DOCUMENT_SIDE))
        kinds.register(*attempts.KINDS)
        CODE_PURPOSES.register(
            PHONE_LOST_CODE, CodePurpose(template=TemplateKey.PHONE_LOST_CODE, phone_of=phone_lost_phone)
        )
