"""Property tests of the pure rules: no deadline, for a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("vouch", deadline=None)
settings.load_profile("vouch")
