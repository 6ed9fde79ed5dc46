"""A prepared paper that comes back signed: the same bytes, nothing added but signatures, by whom the paper names."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from asn1crypto import x509
from flask_babel import gettext as _
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification

from certificates.signing.checking import POLICY, Seen, signatures_of
from lms import clock
from lms.errors import Refused
from lms.text import fold, short_date

# Clocks of offices are not exact.
CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True)
class Prepared:
    """What was handed out: so many bytes with this SHA-256, at this moment, to be signed by this name."""

    length: int
    sha256: str
    made_at: datetime
    signer: str


def check_returned(data: bytes, prepared: Prepared, anchors: Sequence[x509.Certificate], at: datetime) -> list[Seen]:
    """The signatures of a file that came back, all of them good. Raises Refused with what is wrong with it.

    The signer's certificate leads to one of the anchors, is not revoked, and was valid at the time of signing, which
    lies between the preparation and now. One of the signers carries the name that the paper prints.
    """
    if hashlib.sha256(data[: prepared.length]).hexdigest() != prepared.sha256:
        raise Refused(_("The file was written anew or changed: the prepared paper no longer stands in it byte by byte."
                        " Sign the prepared file itself and let the tool only add the signature."))  # fmt: skip
    if len(data) == prepared.length:
        raise Refused(_("The file is not signed yet."))
    _refuse_more_than_signatures(data, prepared.length)
    found = signatures_of(data, anchors)
    if not found:
        raise Refused(_("The file is not signed yet."))
    for seen in found:
        _refuse_bad(seen, prepared, at)
    if fold(prepared.signer) not in [fold(seen.signer) for seen in found]:
        raise Refused(_("It is signed by %(names)s, but the paper names %(expected)s.",
                        names=", ".join(seen.signer for seen in found), expected=prepared.signer))  # fmt: skip
    return found


def _refuse_more_than_signatures(data: bytes, length: int) -> None:
    """Raises Refused unless the prepared paper is the file's first revision and the later ones change no word of it."""
    try:
        reader = PdfFileReader(BytesIO(data), strict=False)
        first, begin = reader.xrefs.get_startxref_for_revision(0), PdfFileReader(BytesIO(data[:length])).last_startxref
        changed = first != begin or isinstance(POLICY.review_file(reader, 0), SuspiciousModification)
    except Exception as error:  # somebody's file: anything may be wrong with it
        raise Refused(_("The file cannot be read.")) from error
    if changed:
        raise Refused(_("Besides the signature something was added to the paper."))


def _refuse_bad(seen: Seen, prepared: Prepared, at: datetime) -> None:
    name = seen.signer
    if not seen.intact:
        raise Refused(_("The signature of %(name)s is broken: the file was changed after it was signed.", name=name))
    if not seen.whole:
        raise Refused(_("Something was added to the file after %(name)s signed it.", name=name))
    if seen.revoked:
        raise Refused(_("The certificate with which %(name)s signed is revoked.", name=name))
    if not (seen.trusted or seen.expired):
        raise Refused(_("The certificate of %(name)s is not vouched for by an authority that this issuer trusts, or was"
                        " not valid on the day of signing.", name=name))  # fmt: skip
    signed_at = seen.stamped_at or seen.at
    if signed_at is None:
        raise Refused(_("The signature of %(name)s does not say when it was made.", name=name))
    if not prepared.made_at - CLOCKS_DIFFER <= signed_at <= at + CLOCKS_DIFFER:
        day = short_date(clock.day_of(signed_at))
        raise Refused(_("The signature of %(name)s is dated %(day)s, which is not between the preparation and now:"
                        " check the clock of the machine.", name=name, day=day))  # fmt: skip
