"""What a file is, by its first bytes. A hint, to refuse early and by name; only the decoder tells pictures."""

SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7Z"),
    (b"\xd0\xcf\x11\xe0", "Office"),
)
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}


def format_of(data: bytes) -> str | None:
    """The format's usual name, such as ``JPEG``, ``HEIC`` or ``PDF``; None when nothing is recognised."""
    for signature, name in SIGNATURES:
        if data.startswith(signature):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp":
        return _boxed(data)
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and b"<svg" in start:
        return "SVG"
    return "HTML" if start.startswith((b"<!doctype html", b"<html", b"<script", b"<body")) else None


def _boxed(data: bytes) -> str:
    """HEIC and its relatives share a container with films and tell themselves apart by brands."""
    end = min(int.from_bytes(data[:4]), 128)
    brands = {data[at : at + 4] for at in range(8, end, 4)}
    if brands & AVIF_BRANDS:
        return "AVIF"
    return "HEIC" if brands & HEIC_BRANDS else "MP4"
