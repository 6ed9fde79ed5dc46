"""What anybody may see: the check, and what we publish so that others can check without us."""

from certificates.verification.views import badges, pages, published

blueprints = (pages.blueprint, published.blueprint, badges.blueprint)
