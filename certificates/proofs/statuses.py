"""Which numbers of a book no longer stand, for machines: a Bitstring Status List (W3C), signed when it is asked for."""

import gzip
from collections.abc import Iterable
from datetime import datetime, timedelta

from certificates.proofs.credential import CONTEXTS, Json, moment, options_of, proof_value
from certificates.proofs.keys import Pair, text_of

# The smallest list that the standard allows: a holder hides among so many.
SMALLEST = 131_072
# How long an answer may be passed on: an old one must not bring a revoked certificate back.
_FRESH = timedelta(days=1)


def status_list(address: str, issuer_id: str, ended: Iterable[int], last: int, at: datetime, pair: Pair) -> Json:
    """The list of one book as a signed credential; `last` is the book's last number."""
    plain: Json = {
        "@context": CONTEXTS[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_id,
        "validFrom": moment(at),
        "validUntil": moment(at + _FRESH),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": bitstring(ended, last + 1),
        },
    }
    options = options_of(issuer_id, pair.kid, at)
    return plain | {"proof": options | {"proofValue": proof_value(plain, options, pair)}}


def bitstring(numbers: Iterable[int], size: int) -> str:
    """The bits of these numbers set, the first bit highest; packed and in base64 for addresses, with a u before."""
    bits = bytearray((max(size, SMALLEST) + 7) // 8)
    for number in numbers:
        bits[number // 8] |= 0x80 >> number % 8
    return "u" + text_of(gzip.compress(bytes(bits), mtime=0))
