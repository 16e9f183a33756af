"""Keyed fingerprints of what two records of one household share: name and birth date, with phone or address.

They cannot be read back. They stay, sealed, after erasure until the retention date, so that nobody is counted twice.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, delete

from ...foundation.database import program_session
from ...foundation.kernel.text import fold
from ...foundation.normalize import normalize_address
from ...foundation.throttle import fingerprint
from ...progress.actions.book import bulk_insert
from ..models import MatchKey
from ..queries.keys import Match, matches_of, records_with

NAME_BIRTH_PHONE = "name_birth_phone"
NAME_BIRTH_ADDRESS = "name_birth_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySource:
    """What the fingerprints of one record are made of. ``people``: names and birth dates of head and other adults."""

    people: Sequence[tuple[str, date]]
    phone_e164: str | None = None
    line: str | None = None
    unit: str | None = None
    zip_code: str | None = None


def fingerprints_of(source: KeySource) -> Iterator[tuple[str, str]]:
    """Yield (kind, fingerprint). The order of the words of a name does not matter; people mix it."""
    address = f"{normalize_address(source.line, source.unit or '')}|{source.zip_code or ''}" if source.line else None
    for name, born in source.people:
        person = f"{' '.join(sorted(fold(name).split()))}|{born.isoformat()}"
        if source.phone_e164:
            yield NAME_BIRTH_PHONE, fingerprint(NAME_BIRTH_PHONE, person, source.phone_e164)
        if address:
            yield NAME_BIRTH_ADDRESS, fingerprint(NAME_BIRTH_ADDRESS, person, address)


def write_keys(sources: dict[int, KeySource], *, fresh: bool = False) -> None:
    """Write the fingerprints of records (by id); those of known records are replaced, ``fresh`` ones have none yet."""
    rows = [
        {"record_id": record, "kind": kind, "fingerprint": print_}
        for record, source in sources.items()
        for kind, print_ in sorted(set(fingerprints_of(source)))
    ]
    table: Table = MatchKey.__table__  # type: ignore[assignment]
    with program_session("match keys") as city:
        if not fresh:
            city.execute(delete(MatchKey).where(MatchKey.record_id.in_(sorted(sources))))
        bulk_insert(city, table, rows)


def find_matches(records: Collection[int]) -> list[Match]:
    """Return every match of the records with any other record on file."""
    with program_session("likely same households") as city:
        return matches_of(city, records)


def find_own_records(source: KeySource, *, partner_id: int) -> list[int]:
    """Return the partner's own records that share a fingerprint with somebody who is not on file yet."""
    prints = {print_ for _kind, print_ in fingerprints_of(source)}
    if not prints:
        return []
    with program_session("own likely records") as city:
        return records_with(city, prints, partner_id=partner_id)
