"""A leader at their own machine: signs a PDF with pyHanko, as any signing tool would, by a key that the tests hold."""

from io import BytesIO

from asn1crypto import pem, x509
from pyhanko.keys.pemder import load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore


def signer(key: bytes, chain: bytes) -> signers.SimpleSigner:
    """A pyHanko signer from PEM."""
    own, *above = [x509.Certificate.load(der) for _type, _headers, der in pem.unarmor(chain, multiple=True)]
    store = SimpleCertificateStore()
    store.register_multiple(above)
    return signers.SimpleSigner(
        signing_cert=own, signing_key=load_private_key_from_pemder_data(key, None), cert_registry=store
    )  # fmt: skip


def sign(data: bytes, by: signers.Signer, *, field: str = "Signature", reason: str = "") -> bytes:
    """The file with one more signature, in a field that stands there or in one of the tool's own, with a stamp."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    own = None if field == "Signature" else fields.SigFieldSpec(field, box=(500, 100, 640, 160))
    metadata = signers.PdfSignatureMetadata(
        field_name=field, subfilter=fields.SigSeedSubFilter.PADES, reason=reason or None
    )
    signed: BytesIO = signers.PdfSigner(metadata, by, new_field_spec=own).sign_pdf(writer)
    return signed.getvalue()
