"""A real mail server on this machine, and what it took."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from socket import socket
from typing import Any

from aiosmtpd.controller import Controller


class Postbox:
    """What the server took; `refusing` says how it answers meanwhile."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusing = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the server's word
        if self.refusing:
            return self.refusing
        self.letters.append(BytesParser(EmailMessage, policy=default).parsebytes(envelope.content))
        return "250 OK"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def open_postbox(config: dict[str, Any]) -> Iterator[Postbox]:
    """The server, known to the installation as long as it runs."""
    postbox, port = Postbox(), free_port()
    before = dict(config)
    server = Controller(postbox, hostname="127.0.0.1", port=port)
    server.start()
    config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=port, SMTP_TLS=False, SMTP_USER="")
    try:
        yield postbox
    finally:
        config.update({name: value for name, value in before.items() if name.startswith("SMTP_")})
        server.stop()
