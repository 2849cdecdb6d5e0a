"""For all tests."""

from hypothesis import settings

# Machines are shared: an example that takes long is not a failure. Under CI=true Hypothesis
# loads its own profile, which draws the same examples every time.
settings.register_profile(
    "shared", settings.get_profile(settings.get_current_profile_name()), deadline=None
)
settings.load_profile("shared")
