"""How often one address may ask this process: counted in memory, for pages that write nothing at all."""

from collections import OrderedDict
from threading import Lock
from time import monotonic

from ..kernel.errors import Throttled
from .network import asking_network

REMEMBERED = 20_000  # addresses; the one that asked longest ago is forgotten first


class Flood:
    """A bucket for each address: ``burst`` requests at once, then ``a_second`` of them."""

    def __init__(self, *, burst: int, a_second: float) -> None:
        self._burst, self._a_second = burst, a_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # address -> requests left, when
        self._lock = Lock()

    def admit(self, address: str, now: float) -> bool:
        """Count a request of ``address`` at ``now`` (seconds); return whether it may be answered."""
        with self._lock:
            left, before = self._left.pop(address, (float(self._burst), now))
            left = min(float(self._burst), left + (now - before) * self._a_second)
            self._left[address] = (max(0.0, left - 1), now)
            if len(self._left) > REMEMBERED:
                self._left.popitem(last=False)
            return left >= 1

    def check(self) -> None:
        """Count the present request; raise Throttled when its address asks too often."""
        if not self.admit(asking_network(), monotonic()):
            raise Throttled
