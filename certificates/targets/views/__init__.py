"""Pages of targets, by audience: those who read the drive, and those who set it."""

from certificates.targets.views import drive, figures, setting, why

blueprints = (drive.blueprint, figures.blueprint, setting.blueprint, why.blueprint)
