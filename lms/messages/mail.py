"""Letters by mail: the first channel."""

from collections.abc import Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from smtplib import SMTP, SMTPException
from urllib.parse import quote, urlsplit

from flask import current_app

from lms.messages.letters import Letter
from lms.organisation.models import Person
from lms.plugins import Channel


def is_set_up() -> bool:
    """Whether there is a mail server."""
    return bool(current_app.config["SMTP_HOST"])


def mail(letter: Letter) -> EmailMessage:
    """The letter as plain mail. Raises ValueError or MessageError for an address that is none."""
    conf = current_app.config
    address = Address(letter.name, addr_spec=letter.address.strip())
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = Address(conf["SITE_NAME"], addr_spec=conf["MAIL_FROM"])
    message["To"] = address
    # The same letter has the same id: one that was sent twice is shown once.
    message["Message-ID"] = f"<{quote(letter.key, safe='')}@{urlsplit(conf['PUBLIC_URL']).hostname or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{letter.body}\n{conf['PUBLIC_URL']}/\n")
    return message


def send(waiting: Sequence[Letter]) -> list[str]:
    """What went wrong with each letter; empty where the server took it."""
    conf = current_app.config
    try:
        with SMTP(conf["SMTP_HOST"], conf["SMTP_PORT"], timeout=20) as server:
            if conf["SMTP_TLS"]:
                server.starttls()
            if conf["SMTP_USER"]:
                server.login(conf["SMTP_USER"], conf["SMTP_PASSWORD"])
            return [_send_one(server, letter) for letter in waiting]
    except (OSError, SMTPException) as error:
        return [f"{type(error).__name__}: {error}"] * len(waiting)


def _send_one(server: SMTP, letter: Letter) -> str:
    try:
        server.send_message(mail(letter))
    except (OSError, SMTPException, MessageError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


MAIL = Channel("mail", Person.email, is_set_up, send)
