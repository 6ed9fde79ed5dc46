"""certificates"""

from lms.plugins import Plugin


class Certificates(Plugin):
    name = "certificates"
    title = "certificates"


plugin = Certificates()
