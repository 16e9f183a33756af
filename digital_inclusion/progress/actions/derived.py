"""What is derived at each posting for lists: identities, standings of records, states of proofs."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from ...foundation.kernel import clock
from ..models import Proof, RecordIdentity, Standing
from ..rules.facts import Kind
from ..rules.household import Household
from ..rules.ledger import Aspect
from ..rules.milestones import Milestone
from ..rules.program import UNKNOWN_DISTRICT
from ..rules.proofs import PROVABLE, State, states_of
from ..rules.reasons import why_not_seen
from ..rules.standing import reason_columns
from ..schemas import LoadedProgram
from . import tallies, units
from .book import batched, bulk_insert

if TYPE_CHECKING:
    from .posting import Touched

Row = dict[str, Any]
_SPEAKING = frozenset({Kind.DECISION, Kind.ANSWER, Kind.VOID})
_PROOFS: Table = Proof.__table__  # type: ignore[assignment]


def write(
    city: Session, touched: "Touched", program: LoadedProgram, rows: Sequence[Row], at: datetime
) -> dict[int, str]:
    """Bring identities, standings, proofs and units out in line with the facts; return the records' districts."""
    _write_identities(city, touched)
    districts = write_standings(city, touched, program)
    _write_proofs(city, touched, rows, at)
    units.write(city, rows)
    return districts


def _write_identities(city: Session, touched: "Touched") -> None:
    if touched.before == touched.after:
        return
    table: Table = RecordIdentity.__table__  # type: ignore[assignment]
    for ids in batched(sorted(touched.after)):
        city.execute(delete(table).where(table.c.record_id.in_(ids)))
    sizes: dict[int, int] = {}
    for identity in touched.after.values():
        sizes[identity] = sizes.get(identity, 0) + 1
    linked = [
        {"record_id": record, "identity": identity}
        for record, identity in sorted(touched.after.items())
        if sizes[identity] > 1
    ]
    if linked:
        city.execute(insert(table), linked)


def write_standings(city: Session, touched: "Touched", program: LoadedProgram) -> dict[int, str]:
    """Write where each record stands, and return in which district; erased records keep theirs.

    A record whose enrollment is void stands nowhere: it came with an import that was undone, and is in no list.
    """
    owners = {fact.record_id: fact.partner_id for fact in touched.facts if fact.kind is Kind.ENROLLED}
    members: dict[int, list[int]] = {}
    for record, identity in touched.after.items():
        if record in owners:
            members.setdefault(identity, []).append(record)
    rows: list[Row] = []
    gone: list[int] = []
    today = clock.today()
    for identity, records in members.items():
        shared = _standing(identity, touched)
        seen = touched.seen[identity]
        enrolled = {fact.record_id for fact in seen.household.of(Kind.ENROLLED)}
        if len(enrolled) < len(records):
            gone += [record for record in records if record not in enrolled]
            records = [record for record in records if record in enrolled]
        reason = why_not_seen(seen, program.counting, today)
        for record in records:
            rows.append(
                shared
                | {
                    "record_id": record,
                    "partner_id": owners[record],
                    "linked": len(records) > 1,
                    "district": _district(seen.household, record, program, today),
                }
                | reason_columns(reason, owners[record], touched.by_identity[identity])
            )
    tallies.write(city, rows, gone=gone)
    table: Table = Standing.__table__  # type: ignore[assignment]
    for ids in batched(sorted(gone)):
        city.execute(delete(table).where(table.c.record_id.in_(ids)))
    bulk_insert(city, table, rows, tail=f" ON CONFLICT (record_id) DO UPDATE SET {_anew(rows)}")
    return {row["record_id"]: row["district"] for row in rows}


def _anew(rows: Sequence[Row]) -> str:
    names = [name for row in rows[:1] for name in row if name not in {"record_id", "partner_id"}]
    return ", ".join(f"{name} = excluded.{name}" for name in names)


def _standing(identity: int, touched: "Touched") -> Row:
    """Return the milestone days of an identity, read off what its ledger should hold."""
    first: dict[tuple[str, str], date] = {}
    current: list[tuple[date, int]] = []
    for key, net in touched.wanted[identity].items():
        if net > 0:
            what = (key.milestone, key.aspect)
            first[what] = min(first.get(what, key.occurred_on), key.occurred_on)
        if key.milestone is Milestone.CONNECTED and key.aspect is Aspect.CURRENT:
            current.append((key.occurred_on, net))
    last_day, last_net = max(current, default=(None, 0))
    connected_on = first.get((Milestone.CONNECTED, Aspect.VERIFIED))
    return {
        "identity": identity,
        "device_verified_on": first.get((Milestone.DEVICE, Aspect.VERIFIED)),
        "connectivity_verified_on": first.get((Milestone.CONNECTIVITY, Aspect.VERIFIED)),
        "skills_verified_on": first.get((Milestone.SKILLS, Aspect.VERIFIED)),
        "connected_verified_on": connected_on,
        "connected_pending_on": None if connected_on else first.get((Milestone.CONNECTED, Aspect.PENDING)),
        "connected_until": last_day if last_net < 0 else None,
        "connected_open": last_net > 0,
        "skills_sustained_on": first.get((Milestone.SKILLS_SUSTAINED, Aspect.VERIFIED)),
    }


def _district(household: Household, record: int, program: LoadedProgram, today: date) -> str:
    home = household.home_on(record, today)
    if home is None or home.fixed is False:
        return UNKNOWN_DISTRICT
    return program.counting.district_on(today, zip_code=home.zip_code, given=home.district)


def _write_proofs(city: Session, touched: "Touched", rows: Sequence[Row], at: datetime) -> None:
    bulk_insert(city, _PROOFS, [_new_proof(row, at) for row in rows if row["kind"] in PROVABLE])
    spoken = [row for row in rows if row["kind"] in _SPEAKING]
    if not spoken:
        return
    identities = {touched.after[row["record_id"]] for row in spoken}
    wanted = {number: state for one in identities for number, state in states_of(touched.by_identity[one]).items()}
    words = _words(spoken)
    records = {row["record_id"] for row in spoken}
    changed = []
    for number, (state, question, answer) in _proofs_of(city, records).items():
        said = words.get(number, {})
        if wanted[number] != state or said:
            values = {"state": wanted[number].value, "since": at, "question": question, "answer": answer}
            changed.append({"number": number} | values | said)
    if changed:
        new: dict[str, Any] = {name: bindparam(name) for name in ("state", "since", "question", "answer")}
        statement = _PROOFS.update().where(_PROOFS.c.fact_number == bindparam("number")).values(new)
        city.connection().execute(statement, changed)


def _new_proof(row: Row, at: datetime) -> Row:
    return {
        "fact_number": row["number"],
        "record_id": row["record_id"],
        "partner_id": row["partner_id"],
        "state": (State.CONFIRMED if row["self_verified"] else State.WAITING).value,
        "since": at,
        "document_key": row["document_key"],
        "item": row["item"],
    }


def _proofs_of(city: Session, records: Iterable[int]) -> dict[int, tuple[str, str | None, str | None]]:
    """Return state, question and answer of the records' proofs, by fact."""
    columns = (Proof.fact_number, Proof.state, Proof.question, Proof.answer)
    found: dict[int, tuple[str, str | None, str | None]] = {}
    for ids in batched(sorted(records)):
        statement = select(*columns).where(Proof.record_id.in_(ids)).order_by(Proof.fact_number)
        found.update((number, (state, asked, said)) for number, state, asked, said in city.execute(statement))
    return found


def _words(spoken: Iterable[Row]) -> dict[int, Row]:
    """Return the new question or answer by the fact it is about; a new question forgets the old answer."""
    words: dict[int, Row] = {}
    for row in spoken:
        if row["kind"] == Kind.DECISION and not row["positive"]:
            words[row["refers_to"]] = {"question": row["note"], "answer": None}
        elif row["kind"] == Kind.ANSWER:
            words.setdefault(row["refers_to"], {})["answer"] = row["note"]
    return words
