"""What is said of a file: one sentence, on the page and by the command."""

from flask_babel import gettext as _

from certificates.verification.queries import FileCheck


def sentence(check: FileCheck) -> str:
    """Whether the file is ours, and whether its certificate stands today."""
    if not check.is_pdf and check.credential != "right":
        return _of_a_bad_signature(check.credential)
    return _of_a_paper(check) if check.is_pdf or not check.found else _of_a_good_credential(check)


def of_credential(check: FileCheck) -> str:
    """What is said of the credential that a PDF carries; nothing where it carries none."""
    if not check.is_pdf or not check.credential:
        return ""
    words: str
    if check.credential != "right":
        words = _of_a_bad_signature(check.credential)
    elif check.unchanged:
        words = _("The credential attached to the file (Open Badges 3.0) is genuine.")
    else:
        words = _(
            "The credential inside is genuine, but the page is not: believe the register, not what the page says."
        )
    return words


def _of_a_paper(check: FileCheck) -> str:
    words: str
    if not check.found:
        words = _("This file is no certificate of ours.")
    elif check.not_taken_in:
        words = _("This file is the certificate number %(number)s with something added that the register has not taken "
                  "in: it proves nothing yet.", number=check.found.number)  # fmt: skip
    elif not check.unchanged:
        words = _("This file is not the one that was issued as number %(number)s: it was changed, or made by somebody "
                  "else.", number=check.found.number)  # fmt: skip
    elif check.unsigned and check.found.status == "valid":
        words = _("This file is the certificate number %(number)s as it was prepared, but without the leader's "
                  "signature: it proves nothing yet.", number=check.found.number)  # fmt: skip
    elif check.found.status == "valid":
        words = _("This file is exactly the certificate that was issued as number %(number)s, and it is valid.",
                  number=check.found.number)  # fmt: skip
    else:
        words = _("This file is exactly the certificate that was issued as number %(number)s, but it is no longer "
                  "valid.", number=check.found.number)  # fmt: skip
    return words


def _of_a_good_credential(check: FileCheck) -> str:
    words: str
    number = check.found.number if check.found else ""
    status = check.found.status if check.found else ""
    if status == "valid":
        words = _("This credential is genuine, and certificate number %(number)s is valid.", number=number)
    elif status == "revoked":
        words = _("This credential is genuine, but certificate number %(number)s was revoked.", number=number)
    else:
        words = _("This credential is genuine, but certificate number %(number)s is no longer valid.", number=number)
    return words


def _of_a_bad_signature(state: str) -> str:
    words: str
    if state == "unknown_key":
        words = _("This credential was signed with a key that was never published here: do not trust it.")
    elif state == "stolen_key":
        words = _("The key of this credential is no longer trusted: only the register can say whether it is genuine.")
    else:
        words = _("This credential was changed after it was signed, or signed by somebody else: do not trust it.")
    return words
