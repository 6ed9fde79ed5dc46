"""What codes are called on the pages of an inspection."""

from flask_babel import lazy_gettext as _

from certificates.inspection import forms

STATES = {
    "vacant": _("Vacant"),
    "exempt": _("Exempt"),
    "grace": _("In grace"),
    "never": _("Not trained yet: has not begun"),
    "started": _("Not trained yet: in progress"),
    "trained": _("Counted as trained"),
    "expiring": _("Counted as trained, to be renewed soon"),
}
PROOFS = {
    "counts": _("counts"),
    "early": _("does not count: before the period"),
    "late": _("does not count: after the deadline"),
    "ended": _("no longer counts: revoked, replaced or withdrawn"),
    "way": _("does not count: the target does not accept this kind of proof"),
    "expired": _("no longer counts: its validity is over"),
    "unknown": _("not yet known or completed then"),
}
KINDS = {choice.value: choice.label for choice in forms.KINDS}
AMONG = {choice.value: choice.label for choice in forms.AMONG}
