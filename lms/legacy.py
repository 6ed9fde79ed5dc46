"""Vietnamese from before Unicode: text that was typed for TCVN3 (.VnTime) and VNI fonts, as it stands in old files.

Such text is Latin letters with the wrong accents: «NguyÔn V¨n §øc», «Nguyeãn Vaên Ñöùc». One cell tells little, since
real Vietnamese uses some of the same letters: ask `encoding_of` about a whole column.
"""

import re
import unicodedata
from collections.abc import Iterable

TCVN3, VNI = "tcvn3", "vni"

_TCVN3 = dict(
    zip(
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
# In VNI a letter is followed by a sign for its tone, or for its hat and tone at once.
_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HAT = dict(zip("âàáåãä", ("", *"\u0300\u0301\u0309\u0303\u0323"), strict=True))
_BOWL = dict(zip("êèéúüë", ("", *"\u0300\u0301\u0309\u0303\u0323"), strict=True))
_ALONE = {"ñ": "đ", "ö": "ư", "ô": "ơ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}
_VNI = re.compile(r"[aeouyôö][øùûõïâàáåãäêèéúüë]|[ñöôæóòîíì]", re.IGNORECASE)

_UNICODE = re.compile("[\u1e00-\u1eff\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0]")
# Signs that are letters in TCVN3 and hardly ever stand within a Vietnamese word; capitals only behind small letters.
_TCVN3_SIGNS = re.compile(
    "(?<=[A-Za-z])[µ¶·¸¹»¼½¾©®ª«¬¨×ß\u00ad]|(?<=[a-z])[ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖØÜÝÞ]|[§®][a-zµ-þ]|[µ¶·¸¹»¼½¾©®ª«¬¨](?=[a-z])"
)
# «oà» and «oá» are also real Vietnamese; these are not.
_VNI_SIGNS = re.compile("[aeouyôö][øûõïåäüë]|ñ[aeioöôuy]", re.IGNORECASE)


def is_unicode(text: str) -> bool:
    """Whether a text has letters that only Unicode Vietnamese has."""
    return not text.isascii() and bool(_UNICODE.search(unicodedata.normalize("NFC", text)))


def encoding_of(texts: Iterable[str]) -> str:
    """`tcvn3` or `vni` where the texts of a column, taken together, were typed for such fonts; else empty."""
    unicode = 0
    old: list[str] = []
    for text in texts:
        if text.isascii():
            continue
        if is_unicode(text):
            unicode += 1
        else:
            old.append(text)
    if len(old) <= unicode:
        return ""
    signs = {TCVN3: sum(bool(_TCVN3_SIGNS.search(t)) for t in old), VNI: sum(bool(_VNI_SIGNS.search(t)) for t in old)}
    best = max(signs, key=lambda name: signs[name])
    return best if signs[best] >= 0.4 * len(old) else ""


def convert(text: str, encoding: str) -> str:
    """The text in Unicode. What no font of that kind can have typed stays as it is."""
    if encoding == TCVN3:
        return "".join(_TCVN3.get(char, char) for char in text)
    return _VNI.sub(_letter, text) if encoding == VNI else text


def _letter(found: re.Match[str]) -> str:
    letter, sign = found[0][0], found[0][1:].lower()
    base = _ALONE.get(letter.lower(), letter.lower())
    if not sign:
        made = base
    elif sign in _TONES:
        made = base + _TONES[sign]
    elif sign in _HAT and base in "aeo":
        made = unicodedata.normalize("NFC", base + "\u0302") + _HAT[sign]
    elif sign in _BOWL and base == "a":
        made = "ă" + _BOWL[sign]
    else:
        return found[0]
    made = unicodedata.normalize("NFC", made)
    return made.upper() if letter.isupper() else made
