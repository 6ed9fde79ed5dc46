"""What is drawn on an activation slip."""

import zxingcpp
from flask import current_app, url_for
from markupsafe import Markup


def qr(code: str) -> Markup:
    """The QR code that opens the activation page with the code filled in, as SVG."""
    address = current_app.config["PUBLIC_URL"] + url_for("lms_accounts.activate", code=code)
    drawn = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    svg = drawn.to_svg(add_quiet_zones=True)
    return Markup(svg[svg.index("<svg") :].replace("<svg ", '<svg class="qr" aria-hidden="true" ', 1))  # noqa: S704 - ours
