from django.apps import AppConfig


class AccountantsConfig(AppConfig):
    name = "kuaiji.accountants"

    def ready(self) -> None:
        from kuaiji.accountants import own_data
        from kuaiji.accountants.listing.services import begin_filling
        from kuaiji.accountants.reporting import exam_rows
        from kuaiji.accountants.reporting.reports import register_reporting
        from kuaiji.accountants.services import mending as own_mending
        from kuaiji.accountants.services import reminders
        from kuaiji.accountants.services.closing import keeps_record
        from kuaiji.attachments.pictures.imaging import DOCUMENT_SIDE, PHOTO
        from kuaiji.attachments.purposes import PURPOSES, Purpose
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.common import mending
        from kuaiji.common.reference import REFERENCE
        from kuaiji.identity.closing_steps import CLOSING_STEPS, ClosingStep
        from kuaiji.keys import rotation
        from kuaiji.messages.hooks import ROUNDS, STANDS
        from kuaiji.sms.enums import TemplateKey

        ROUNDS.register("accountants", reminders.record_rounds)
        STANDS.register(TemplateKey.CONFIRM_SOON, reminders.confirm_soon_stands)
        STANDS.register(TemplateKey.EXAM_CLOSING, reminders.exam_closing_stands)
        REFERENCE.register("lists", begin_filling)
        register_reporting()
        own_data.register()
        rotation.register(exam_rows.EXAM_ROWS)
        mending.register(own_mending.PEOPLE)
        mending.register(own_mending.EXAM_ROWS)
        mending.register(own_mending.NAMES)
        CLOSING_STEPS.register("accountants", ClosingStep(keeps=keeps_record))
        ACCESS_LABELS.register("accountants", "信息档案")
        PURPOSES.register("photo", Purpose("免冠证件照", PHOTO, original="photo_original"))
        PURPOSES.register("photo_original", Purpose("证件照原图"))
        PURPOSES.register("id_card_front", Purpose("证件人像面", DOCUMENT_SIDE))
        PURPOSES.register("id_card_back", Purpose("证件国徽面", DOCUMENT_SIDE))
        PURPOSES.register("student_proof", Purpose("学生证明附件", DOCUMENT_SIDE))
