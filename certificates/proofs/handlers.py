"""What is done without being asked: an installation gets its first key."""

from certificates.proofs import queries
from certificates.proofs.services import make_key
from lms import clock


def keep_key() -> int:
    """Makes the first key, once."""
    return 0 if queries.has_key() else bool(make_key(queries.key_folder(), clock.now()))
