"""The public halves of every key that ever signed: kept for good, so that old papers can be checked."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Code, Model


class SigningKey(Model):
    """A pair of keys; the one with the highest number signs. The private halves lie in a file that `kid` names."""

    __tablename__ = "certificates_key"

    # 1, 2, 3: two machines that make a key at once cannot both have the next number.
    number: Mapped[int] = mapped_column(unique=True)
    kid: Mapped[str] = mapped_column(Code, unique=True)
    public: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    # From then on nothing that it signed is believed without the register.
    stolen_at: Mapped[datetime | None]
