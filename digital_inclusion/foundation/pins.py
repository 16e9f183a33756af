"""The door that a reference and a PIN open: tries are counted, and every "no" reads the same and takes as long."""

from collections.abc import Callable
from datetime import timedelta

from .credentials import verify_password
from .database import session
from .kernel.errors import Invalid
from .kernel.ids import read_code
from .kernel.messages import _
from .throttle import count_try

PER_ADDRESS, PER_PAIR, PER_REFERENCE = 100, 8, 40
HOUR, DAY, WINDOW = timedelta(hours=1), timedelta(days=1), timedelta(minutes=15)
WRONG = _("The code and the PIN do not fit together. Check both and try again.")


def open_with_pin(
    kind: str, *, reference: str, pin: str, address: str, find: Callable[[str | None], tuple[int, str]]
) -> int:
    """Return the id of the thing that the reference and the PIN open; raise Invalid, the same for every reason.

    ``find`` returns id and hashed PIN of the thing with the reference; (0, "") for none. Tries are counted per
    address, per reference from one address, and per reference; nobody else's reference is held up by them.
    """
    code = read_code(reference)
    meant = code or reference[:20].upper()
    session().rollback()  # the count has a transaction of its own, which must not wait for this one
    count_try(f"{kind}.address", address, limit=PER_ADDRESS, window=HOUR)
    count_try(f"{kind}.pair", f"{meant}|{address}", limit=PER_PAIR, window=WINDOW)
    count_try(f"{kind}.reference", meant, limit=PER_REFERENCE, window=DAY)
    thing_id, stored = find(code)
    session().rollback()  # hashing takes long: no lock is held meanwhile
    if not verify_password(stored, "".join(pin.split())):
        raise Invalid(WRONG)
    return thing_id
