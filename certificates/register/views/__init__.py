"""Pages of the register, by noun."""

from certificates.register.views import evidence, lines

blueprints = (lines.blueprint, evidence.blueprint)
