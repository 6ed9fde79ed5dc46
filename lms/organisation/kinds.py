"""The kinds of units, from the highest to the branch; an installation may hold others that it imported."""

from flask_babel import lazy_gettext as _

KINDS = {
    "dang_bo_truc_thuoc_tw": _("Party organisation directly under the Central Committee"),
    "dang_bo_khoi": _("Party bloc"),
    "dang_bo_cap_tren_co_so": _("Party organisation above grassroots level"),
    "dang_bo_co_so": _("Grassroots Party organisation"),
    "dang_bo_bo_phan": _("Section of a grassroots Party organisation"),
    "chi_bo": _("Party branch"),
    "co_quan_tham_muu": _("Advisory body"),
    "cong_doan": _("Trade union"),
    "doan": _("Youth Union organisation"),
    "doan_khoi": _("Youth Union of the bloc"),
}
