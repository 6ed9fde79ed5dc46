"""Pages of inspections: the list and the sample, the evidence of each post, the record."""

from certificates.inspection.views import evidence, record, sample

blueprints = (sample.blueprint, evidence.blueprint, record.blueprint)
