"""In the background: a timestamp for every sealed paper, where an authority is configured."""

import hashlib
import logging
from datetime import UTC, datetime, timedelta

from flask import current_app
from pyhanko.sign.timestamps import TimeStamper

from certificates.register.models import Certificate
from certificates.register.queries import drawn, unstamped
from certificates.signing.checking import signatures_of
from certificates.signing.services import keep_stamped
from certificates.signing.stamping import authority, stamp
from lms import clock, files

log = logging.getLogger(__name__)

# So many in one round of the worker; after a failure it waits before it asks again.
ROUND, PAUSE = 20, timedelta(minutes=5)
# The files of signed papers in lms.files.
SUFFIX = ".spdf"


class _Wait:
    """When the authority may be asked again, in this process."""

    until = datetime.min.replace(tzinfo=UTC)


def stamp_sealed() -> int:
    """Gives sealed papers their timestamp, oldest first; returns how many. While the authority fails they stay as they
    are (B-B), and it is asked again later: nothing is lost."""
    url, now = str(current_app.config["CERTIFICATES_TSA"]), clock.now()
    if not url or now < _Wait.until:
        return 0
    done = 0
    by = authority(url)
    for certificate in unstamped(ROUND):
        try:
            _stamp(certificate, by)
        except Exception as error:  # the network, the authority, the seal: whichever it is, it is tried again
            log.warning("no timestamp for %s yet: %s: %s", certificate.code, type(error).__name__, error)
            _Wait.until = now + PAUSE
            break
        done += 1
    return done


def _stamp(certificate: Certificate, by: TimeStamper) -> None:
    """Done again after a crash, it writes over its own file."""
    found = stamp(drawn(certificate), by)
    (seen,) = signatures_of(found.data)
    key = files.save(found.data, SUFFIX, name=f"stamped:{certificate.code}")
    keep_stamped(
        certificate.code, file_key=key, sha256=hashlib.sha256(found.data).hexdigest(), signer=seen.signer,
        serial=seen.serial, signed_at=found.at, level=found.level, at=clock.now(),
    )  # fmt: skip
