"""Pages of targets, by audience: those who read the drive, and those who set it."""

from certificates.targets.views import drive, setting, why

blueprints = (drive.blueprint, setting.blueprint, why.blueprint)
