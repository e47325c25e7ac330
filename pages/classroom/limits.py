"""How often a class may be begun and a wrong code be typed: no code can be guessed in a lesson's time.

Only a code that no class has counts as a try, so a class that joins with the right one uses up none. One
address, which may be a whole school's, has 20 such tries at once and then 1 a minute; all addresses together
have 120 and then 2 a minute. Who has none left cannot join with the right code either. There are 122,824
codes, so in a lesson of 45 minutes a certain class is found

- from one address with 20 + 45 = 65 tries, a chance of 0.05 %,
- from any number of addresses with 120 + 90 = 210 tries, a chance of 0.17 %,

and some class of 30, if so many are going on, thirty times as often, 5 %. Who has guessed a code is one more
student on the teacher's wall, with a name, and is not sent anybody else's answers.

    >>> tries = WRONG_HERE.in_time(45 * 60), WRONG_ANYWHERE.in_time(45 * 60)
    >>> tries, [round(100 * each / 122_824, 2) for each in tries]
    ((65, 210), [0.05, 0.17])
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """So many at once, and one more each time that so many seconds have passed."""

    name: str
    burst: int
    every: float

    def in_time(self, seconds: float) -> int:
        """How many there can be in so many seconds, from a full stock."""
        return self.burst + int(seconds // self.every)

    def taken(self, due: float, now: float) -> float | None:
        """Take one: give when the stock is full again, or None where it is empty.

        `due` is what the last one that was taken gave, and 0 before the first.

        >>> limit = Limit("any", burst=2, every=10)
        >>> limit.taken(0, 100), limit.taken(110, 100), limit.taken(120, 109), limit.taken(120, 110)
        (110, 120, None, 130)
        """
        after = max(due, now) + self.every
        return after if after <= now + self.burst * self.every else None


WRONG_HERE = Limit("wrong", burst=20, every=60)
WRONG_ANYWHERE = Limit("wrong-anywhere", burst=120, every=30)
BEGUN_HERE = Limit("begun", burst=10, every=300)
REJOINED_HERE = Limit("rejoined", burst=1, every=300)  # a class, from where one was removed


def neighbourhood(host: str) -> str:
    """What counts as one address: of IPv6 the network, in which one device has as many as it likes.

    >>> neighbourhood("192.168.1.7"), neighbourhood("2001:db8:1:2:aaaa::1"), neighbourhood("a pipe")
    ('192.168.1.7', '2001:db8:1:2::', 'unknown')
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)).network_address)
