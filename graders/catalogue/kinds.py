"""What a file that is no program is, told by how its content begins, whatever its name says."""

import re
from typing import Final

from graders.text import Text

_PICTURE: Final = Text("una imagen", "a picture")
_PDF: Final = Text("un PDF", "a PDF")
_DOCUMENT: Final = Text("un documento de texto con formato", "a word processor's document")
_SHEET: Final = Text("una hoja de cálculo", "a spreadsheet")
_SLIDES: Final = Text("una presentación", "a presentation")
_ARCHIVE: Final = Text("un archivo comprimido", "a compressed archive")
_SOUND: Final = Text("un sonido o un vídeo", "a sound or a video")
_PROGRAM: Final = Text("un programa ya compilado", "a compiled program")
_DATABASE: Final = Text("una base de datos", "a database")
_PAGE: Final = Text("una página web", "a web page")

# The first match counts. Those without a byte that text cannot have are long enough not to be code.
_BEGINNINGS: Final[tuple[tuple[bytes, Text], ...]] = (
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|II\*\0|MM\0\*|BM....\0\0\0\0", _PICTURE),
    (rb"....ftyp(?:heic|heix|mif1|avif)|\s*(?:<\?xml[^>]*>\s*)?<svg[\s>]", _PICTURE),
    (rb"\s*%PDF-", _PDF),
    (rb"\{\\rtf|\xd0\xcf\x11\xe0", _DOCUMENT),
    (rb"PK\x03\x04(?=.*word/)", _DOCUMENT),
    (rb"PK\x03\x04(?=.*xl/)", _SHEET),
    (rb"PK\x03\x04(?=.*ppt/)", _SLIDES),
    (rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis", _DOCUMENT),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!\x1a|BZh[1-9]1AY|\xfd7zXZ|PK\x03\x04|PK\x05\x06", _ARCHIVE),
    (rb"ID3[\x02-\x04]|\xff\xfb|OggS|RIFF....(?:WAVE|AVI )|....ftyp|\x1aE\xdf\xa3", _SOUND),
    (rb"\x7fELF|MZ.{0,80}\0\0|\xca\xfe\xba\xbe|..\x0d\x0a[\0-\x03]\0\0\0", _PROGRAM),
    (rb"SQLite format 3\0", _DATABASE),
    (rb"\s*(?:<!doctype\s+html|<html[\s>])", _PAGE),
)
_KINDS: Final = [
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), kind) for pattern, kind in _BEGINNINGS
]
# An office document is a zip whose first entries say of what kind it is.
_LOOKED_AT: Final = 4096


def find_kind(content: bytes) -> Text | None:
    """Return what the file is, as "a picture"; None if nothing speaks against Python."""
    start = content[:_LOOKED_AT]
    return next((kind for pattern, kind in _KINDS if pattern.match(start)), None)
