"""The keys: the one that signs, and all that ever did."""

from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.proofs.keys import Pair, pair_in
from certificates.proofs.models import SigningKey
from lms.db import db
from lms.errors import Refused


def key_folder() -> Path:
    """Where this installation's private keys lie."""
    return Path(current_app.config["CERTIFICATES_KEYS"] or current_app.config["DATA_FOLDER"] / "keys")


def key_file(kid: str) -> Path:
    """The file of a pair."""
    return key_folder() / f"{kid}.pem"


def has_key() -> bool:
    """Whether there is a key to sign with."""
    return db.session.scalar(select(SigningKey.id).limit(1)) is not None


def all_keys() -> list[SigningKey]:
    """Every key, the oldest first."""
    return list(db.session.scalars(select(SigningKey).order_by(SigningKey.number)))


def key_named(kid: str) -> SigningKey | None:
    """The key of that name."""
    return db.session.scalar(select(SigningKey).where(SigningKey.kid == kid))


def signing_pair(session: Session) -> Pair | None:
    """The pair that signs; None before the first was made. Raises Refused when its file cannot be read."""
    kid = session.scalar(select(SigningKey.kid).order_by(SigningKey.number.desc()).limit(1))
    if kid is None:
        return None
    try:
        pair = pair_in(key_file(kid))
        if pair.kid != kid:
            raise ValueError("another key")
    except (OSError, ValueError) as error:
        raise Refused(_("The signing key %(kid)s of this system cannot be read, so nothing can be issued.",
                        kid=kid)) from error  # fmt: skip
    return pair


def key_set() -> list[dict[str, Any]]:
    """Every public key as a JSON Web Key (RFC 7517), with when it was made, retired, and no longer believed."""
    found = []
    for key in all_keys():
        times: dict[str, Any] = {"iat": int(key.made_at.timestamp())}
        if key.retired_at:
            times["exp"] = int(key.retired_at.timestamp())
        if key.stolen_at:
            times["revoked"] = {"revoked_at": int(key.stolen_at.timestamp()), "reason": "compromised"}
        for name, algorithm in (("p256", "ES256"), ("ed25519", "EdDSA")):
            kid = key.kid if name == "p256" else f"{key.kid}-ed25519"
            found.append(key.public[name] | {"kid": kid, "use": "sig", "alg": algorithm} | times)
    return found
