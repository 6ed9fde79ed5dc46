"""The seal of this installation: its key lies in a protected file that the settings name."""

from functools import cache
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from certificates.signing.seal import KeySeal
from lms.errors import Refused

# What a paper says of its signature; one that is signed by hand says that the file does not replace it.
NOTICES = {
    "unsigned": "",
    "token": "Bản điện tử chỉ có giá trị khi tệp mang chữ ký số của người ký tên; kiểm tra theo mã QR.",
    "seal": "Bản điện tử có con dấu số của hệ thống cấp; sửa đổi một ký tự là con dấu mất giá trị.",
}


def seal() -> KeySeal:
    """The seal. Raises Refused with a sentence when the settings name no usable key and certificate."""
    conf = current_app.config
    key, chain = str(conf["CERTIFICATES_SEAL_KEY"]), str(conf["CERTIFICATES_SEAL_CHAIN"])
    try:
        if not key or not chain:
            raise ValueError("no key or no certificate is set")
        stamps = (Path(key).stat().st_mtime_ns, Path(chain).stat().st_mtime_ns)
        return _loaded(key, chain, str(conf["CERTIFICATES_SEAL_PASSWORD"]), stamps)
    except (OSError, ValueError, TypeError) as error:
        raise Refused(_("The seal of this system is not set up, so nothing can be sealed.")) from error


@cache
def _loaded(key: str, chain: str, password: str, _stamps: tuple[int, int]) -> KeySeal:
    return KeySeal(Path(key).read_bytes(), Path(chain).read_bytes(), password.encode() or None)
