"""Pictures of kinds that the rules do not take (R3.1): refused by name, whether or not a browser shows them."""

from people.hostile.picture_checks import quarters
from people.hostile.pictures import encoded

WHOLE = quarters()


def others() -> dict[str, bytes]:
    """Every picture of another kind by name."""
    return {
        "gif": encoded(WHOLE, "GIF"),
        "gif-frames": encoded(WHOLE, "GIF", save_all=True, append_images=[WHOLE.rotate(180)], duration=50),
        "bmp": encoded(WHOLE, "BMP"),
        "webp": encoded(WHOLE, "WEBP"),
        "webp-lossless": encoded(WHOLE, "WEBP", lossless=True),
        "webp-frames": encoded(WHOLE, "WEBP", save_all=True, append_images=[WHOLE.rotate(180)], duration=50),
        "avif": encoded(WHOLE, "AVIF"),
        "tiff": encoded(WHOLE, "TIFF"),
        "ico": encoded(WHOLE.resize((64, 64)), "ICO"),
        "jpeg-2000": encoded(WHOLE, "JPEG2000"),
    }
