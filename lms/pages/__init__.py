"""The shell around every page: templates, filters, languages, errors, security headers."""

from lms.pages.shell import init_app, limiter, serve_translations
from lms.pages.tables import Page, paginate, send_xlsx

__all__ = ["Page", "init_app", "limiter", "paginate", "send_xlsx", "serve_translations"]
