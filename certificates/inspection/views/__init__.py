"""Pages of inspections: the list and the sample, and the evidence of each post."""

from certificates.inspection.views import evidence, sample

blueprints = (sample.blueprint, evidence.blueprint)
