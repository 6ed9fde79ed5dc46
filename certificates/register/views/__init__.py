"""Pages of the register, by noun."""

from certificates.register.views import evidence, issuing, lines, offices

blueprints = (lines.blueprint, issuing.blueprint, offices.blueprint, evidence.blueprint)
