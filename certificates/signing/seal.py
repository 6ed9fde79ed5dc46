"""The seal as it is put on while a paper is made: a CMS built once, in which only digest and signature change.

PAdES B-B (ETSI EN 319 142-1): detached CMS with content type, message digest and the signing certificate's hash as
signed attributes; the moment stands in the PDF's /M.
"""

import hashlib
from collections.abc import Callable, Sequence

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import load_pem_x509_certificate, load_pem_x509_certificates

_DIGEST = bytes(range(32))
_SIGNATURE = b"\xa5"


class CmsSeal:
    """A `Seal` from certificates and a function that signs; the key may lie in a file or in a token.

    `sign_bytes` gets the signed attributes (DER) and answers the raw signature over their SHA-256; `longest` bounds it.
    """

    def __init__(self, chain: Sequence[bytes], algorithm: str, sign_bytes: Callable[[bytes], bytes],
                 longest: int) -> None:  # fmt: skip
        self.chain = [x509.Certificate.load(certificate) for certificate in chain]
        self.algorithm, self.sign_bytes, self.longest = algorithm, sign_bytes, longest
        attributes = self._attributes().untag().dump()
        self._digest_at = attributes.index(_DIGEST)
        self._signed = bytearray(attributes)
        self._templates: dict[int, tuple[bytes, int, int]] = {}

    @property
    def hole(self) -> int:
        return len(self._template(self.longest)[0])

    def sign(self, digest: bytes) -> bytes:
        """The CMS over content with this SHA-256."""
        attributes = bytearray(self._signed)
        attributes[self._digest_at : self._digest_at + 32] = digest
        signature = self.sign_bytes(bytes(attributes))
        template, digest_at, signature_at = self._template(len(signature))
        done = bytearray(template)
        done[digest_at : digest_at + 32] = digest
        done[signature_at : signature_at + len(signature)] = signature
        return bytes(done)

    def check_key(self, key: object) -> None:
        """Raises ValueError unless what it signs is verified by the certificate's key: the two belong together."""
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(self.sign_bytes(_DIGEST), _DIGEST, ec.ECDSA(hashes.SHA256()))
            elif isinstance(key, rsa.RSAPublicKey):
                key.verify(self.sign_bytes(_DIGEST), _DIGEST, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise ValueError("the key is not that of the certificate") from error

    def _attributes(self) -> cms.CMSAttributes:
        certificate = self.chain[0]
        hashed = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate.dump()).digest()})
        return cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [_DIGEST]}),
                cms.CMSAttribute(
                    {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [hashed]})]}
                ),
            ]
        )

    def _template(self, length: int) -> tuple[bytes, int, int]:
        """The CMS for a signature of so many bytes, and where digest and signature stand in it."""
        if length not in self._templates:
            certificate = self.chain[0]
            signer = cms.SignerInfo(
                {
                    "version": "v1",
                    "sid": cms.SignerIdentifier(
                        "issuer_and_serial_number",
                        cms.IssuerAndSerialNumber(
                            {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                        ),
                    ),
                    "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                    "signed_attrs": self._attributes(),
                    "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": self.algorithm}),
                    "signature": core.OctetString(_SIGNATURE * length),
                }
            )
            content = cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": self.chain,
                    "signer_infos": [signer],
                }
            )
            der = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()
            self._templates[length] = (der, der.rindex(_DIGEST), der.rindex(_SIGNATURE * length))
        return self._templates[length]


class KeySeal(CmsSeal):
    """The seal of a key in a protected file: P-256 or RSA. The same digest gives the same signature."""

    def __init__(self, key_pem: bytes, chain_pem: bytes, password: bytes | None = None) -> None:
        key = serialization.load_pem_private_key(key_pem, password)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            how = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
            algorithm, sign = "sha256_ecdsa", lambda data: key.sign(data, how)
        elif isinstance(key, rsa.RSAPrivateKey):
            algorithm, sign = "sha256_rsa", lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise ValueError("the key must be P-256 or RSA")
        super().__init__(chain_of(chain_pem), algorithm, sign, length_of(key.public_key()))
        self.check_key(load_pem_x509_certificate(chain_pem).public_key())


def chain_of(chain_pem: bytes) -> list[bytes]:
    """The certificates of a PEM file, the signer's first."""
    return [c.public_bytes(serialization.Encoding.DER) for c in load_pem_x509_certificates(chain_pem)]


def length_of(key: object) -> int:
    """The longest signature that a key makes, in bytes. ValueError for a key that is neither EC nor RSA."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return 2 * ((key.key_size + 7) // 8 + 1) + 6
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size // 8
    raise ValueError("the key must be P-256 or RSA")
