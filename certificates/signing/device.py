"""The seal of a key that never leaves its device: a token or HSM that speaks PKCS#11 (OASIS PKCS #11 2.40)."""

import hashlib
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, unquote

import pkcs11
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import load_pem_x509_certificate
from flask_babel import gettext as _

from certificates.signing.seal import CmsSeal, chain_of, length_of
from lms.errors import Refused


class DeviceSeal(CmsSeal):
    """A seal whose key a PKCS#11 URI names (RFC 7512): `pkcs11:token=...;object=...?module-path=/path/to/module.so`.

    Raises ValueError when the device, the token or the key is not there, or the key is not the certificate's; Refused
    when the device stops answering later.
    """

    def __init__(self, uri: str, pin: str, chain_pem: bytes) -> None:
        self._uri, self._pin = uri, pin
        # A session serves one caller at a time.
        self._lock = Lock()
        try:
            self._key = self._open()
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise ValueError(f"{type(error).__name__} {error}") from error
        public = load_pem_x509_certificate(chain_pem).public_key()
        self._rsa = isinstance(public, rsa.RSAPublicKey)
        algorithm = "sha256_rsa" if self._rsa else "sha256_ecdsa"
        super().__init__(chain_of(chain_pem), algorithm, self._sign, length_of(public))
        try:
            self.check_key(public)
        except Refused as refusal:
            raise ValueError("the key does not sign as the certificate's would") from refusal

    def _open(self) -> Any:
        path, _mark, query = self._uri.removeprefix("pkcs11:").partition("?")
        named = {name: unquote(value) for name, _is, value in (part.partition("=") for part in path.split(";"))}
        module = dict(parse_qsl(query)).get("module-path", "")
        token = pkcs11.lib(module).get_token(token_label=named.get("token"))
        try:
            session = token.open(user_pin=self._pin or None)
        except pkcs11.UserAlreadyLoggedIn:  # one log-in holds for the whole process
            session = token.open()
        return session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, label=named.get("object"))

    def _sign(self, data: bytes) -> bytes:
        with self._lock:
            try:
                return self._signature(data)
            except pkcs11.PKCS11Error:  # the session may be gone, as after a restart of the device: one more try
                try:
                    self._key = self._open()
                    return self._signature(data)
                except (pkcs11.PKCS11Error, RuntimeError) as error:
                    raise Refused(_("The device with the seal's key does not answer: try again later.")) from error

    def _signature(self, data: bytes) -> bytes:
        if self._rsa:
            return bytes(self._key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
        # Devices sign what is hashed already, and answer r and s one after the other.
        both = self._key.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA)
        half = len(both) // 2
        return encode_dss_signature(int.from_bytes(both[:half], "big"), int.from_bytes(both[half:], "big"))
