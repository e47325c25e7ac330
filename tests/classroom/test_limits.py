"""How often something may be done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from pages.classroom.limits import Limit, neighbourhood


@given(
    some.integers(1, 9),
    some.floats(0.5, 90),
    some.lists(some.floats(0, 60), min_size=1, max_size=120),
)
def test_in_no_span_of_time_more_is_taken_than_the_limit_says(burst, every, pauses):
    """From a full stock, at whatever pace somebody tries, no more is taken than `in_time` reckons."""
    limit = Limit("any", burst, every)
    due, now, taken = 0.0, 1000.0, 0
    for pause in pauses:
        now += pause
        after = limit.taken(due, now)
        if after is not None:
            due, taken = after, taken + 1
    assert taken <= limit.in_time(now - 1000 + 1e-6)
    # Who waits for everything to be full again has all of it.
    assert limit.taken(due, now + burst * every) is not None


def test_devices_of_one_network_count_as_one():
    """Of IPv4 an address counts, of IPv6 what a provider gives to one household."""
    assert neighbourhood("10.0.0.1") != neighbourhood("10.0.0.2")
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:2%eth0")
    assert neighbourhood("2001:db8:0:1::1") != neighbourhood("2001:db8:0:2::1")
    assert {neighbourhood(each) for each in ("", "a" * 10_000, "unix:")} == {"unknown"}
