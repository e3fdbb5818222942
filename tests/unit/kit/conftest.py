"""Settings of the property tests of the kit."""

from hypothesis import HealthCheck, settings

# A busy machine must not turn a property red: no deadline, few examples, the same ones each time.
settings.register_profile(
    "pure",
    deadline=None,
    max_examples=30,
    derandomize=True,
    stateful_step_count=20,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("pure")
