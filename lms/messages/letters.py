"""The letter that a notice becomes."""

from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import quote, urlsplit

from flask import current_app

from lms.messages.queries import Due


def letter(notice: Due) -> EmailMessage:
    """A plain letter: the text and why it came. Raises ValueError or MessageError for an address that is none."""
    conf = current_app.config
    address = Address(notice.name, addr_spec=notice.email.strip())
    message = EmailMessage()
    message["Subject"] = notice.subject
    message["From"] = Address(conf["SITE_NAME"], addr_spec=conf["MAIL_FROM"])
    message["To"] = address
    # The same notice has the same id: a letter that was sent twice is shown once.
    message["Message-ID"] = f"<{quote(notice.key, safe='')}@{urlsplit(conf['PUBLIC_URL']).hostname or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{notice.body}\n\n{notice.reason}\n{conf['PUBLIC_URL']}/\n")
    return message
