"""The seal of this installation: its key lies in a protected file or in a device that the settings name."""

import logging
from datetime import datetime
from functools import cache
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from certificates.signing.device import DeviceSeal
from certificates.signing.seal import CmsSeal, KeySeal
from certificates.signing.trust import revocations, revoked_at
from lms.errors import Refused

log = logging.getLogger(__name__)

# How a key in a device is named instead of a file: by a PKCS#11 URI.
DEVICE = "pkcs11:"
# What a paper says of its signature; one that is signed by hand says that the file does not replace it.
NOTICES = {
    "unsigned": "",
    "token": "Bản điện tử chỉ có giá trị khi tệp mang chữ ký số của người ký tên; kiểm tra theo mã QR.",
    "seal": "Bản điện tử có con dấu số của hệ thống cấp; sửa đổi một ký tự là con dấu mất giá trị.",
}


def seal() -> CmsSeal:
    """The seal. Raises Refused with a sentence when the settings name no usable key and certificate."""
    conf = current_app.config
    key, chain = str(conf["CERTIFICATES_SEAL_KEY"]), str(conf["CERTIFICATES_SEAL_CHAIN"])
    try:
        if not key or not chain:
            raise ValueError("no key or no certificate is set")
        stamps = (0 if key.startswith(DEVICE) else Path(key).stat().st_mtime_ns, Path(chain).stat().st_mtime_ns)
        return _loaded(key, chain, str(conf["CERTIFICATES_SEAL_PASSWORD"]), stamps)
    except (OSError, ValueError, TypeError) as error:
        log.warning("the seal cannot be used: %s", error)
        raise Refused(_("The seal of this system is not set up, so nothing can be sealed.")) from error


def refuse_ended_seal(at: datetime) -> None:
    """Raises Refused where nothing may be sealed: there is no seal, or its certificate has ended or is revoked."""
    own = seal().chain[0]
    if not own.not_valid_before <= at <= own.not_valid_after:
        raise Refused(_("The certificate of the seal is not valid today, so nothing can be sealed."))
    ended = revoked_at(seal().chain, revocations())
    if ended is not None and ended <= at:
        raise Refused(_("The certificate of the seal is revoked, so nothing can be sealed."))


@cache
def _loaded(key: str, chain: str, password: str, _stamps: tuple[int, int]) -> CmsSeal:
    if key.startswith(DEVICE):
        return DeviceSeal(key, password, Path(chain).read_bytes())
    return KeySeal(Path(key).read_bytes(), Path(chain).read_bytes(), password.encode() or None)
