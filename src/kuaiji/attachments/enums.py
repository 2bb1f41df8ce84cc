"""What a picture is for. Limits per purpose stand in services.RULES."""

from django.db import models


class Purpose(models.TextChoices):
    """附件用途"""

    PHOTO = "photo", "免冠证件照"
    PHOTO_ORIGINAL = "photo_original", "证件照原图"
    ID_CARD_FRONT = "id_card_front", "证件人像面"
    ID_CARD_BACK = "id_card_back", "证件国徽面"
    STUDENT_PROOF = "student_proof", "学生证明附件"
    NAME_PROOF = "name_proof", "姓名变更证明"
    CORRECTION_PROOF = "correction_proof", "更正证明"
    FURTHER_PROOF = "further_proof", "更正证明第二张"
    TRANSFER_PROOF = "transfer_proof", "调转证明"
