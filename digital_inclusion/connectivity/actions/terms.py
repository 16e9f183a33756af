"""Write down the terms of a line and what lowers its price; bring both in line when the line's fact is corrected."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, update

from ...foundation.access import policy
from ...foundation.access.identity import Actor
from ...foundation.audit.actions import record
from ...foundation.database import note_bulk_write, session
from ...foundation.kernel import clock
from ...foundation.kernel.errors import Conflict, Invalid, NotFound
from ...foundation.kernel.messages import _
from ...foundation.kernel.problems import refuse
from ...progress.actions.holding import hold_identity
from ..models import OF_LINES, Subscription, Subsidy, Voucher
from ..queries import lines as queries
from ..rules import terms as rules

_COPIED = (
    "kind", "offer_id", "promo_until_on", "price_after_cents", "terms_seen_on", "device_fact", "data_gb",
    "measured_on", "measured_down_kbps", "measured_up_kbps",
)  # fmt: skip


def note_terms(*, household_id: int, number: int, terms: rules.NewTerms, again: bool, by: Actor) -> None:
    """Write down the terms of a line on record, seen today. ``again``: also where another line at home is on too."""
    policy.check(by, "delivery:record")
    line = _held(household_id, number, by)
    check_device(household_id, terms, line=line)
    refuse(rules.check_terms(terms, starts_on=line.starts_on, today=clock.today()))
    if not again:
        check_alone(household_id, terms, starts_on=line.starts_on, ended_on=line.ended_on, besides=number)
    fields = write_terms(line, terms)
    record(
        "line.terms_noted", by=by, subject_type="households", subject_id=household_id, partner_id=line.partner_id,
        fact=number, fields=fields,
    )  # fmt: skip


def _held(household_id: int, number: int, by: Actor) -> Subscription:
    hold_identity(household_id)  # lines and subsidies of one household are written one after the other
    line = queries.hold_line(number, household_id=household_id)
    policy.check(by, "delivery:record", line)
    return line


def check_alone(
    household_id: int, terms: rules.NewTerms, *, starts_on: date, ended_on: date | None, besides: int | None = None
) -> None:
    """Raise Invalid, with the other named, where two lines at home would be on in the same days."""
    if terms.kind != "home":
        return
    known = queries.list_home_lines(household_id, besides=besides)
    other = rules.overlapping(known, starts_on=starts_on, ended_on=ended_on)
    if other is not None:
        sentence = _(
            "They have a line at home in these days: %(provider)s, since %(day)s. If it has ended, record its end "
            "first. If they have both, tick the box."
        )
        named = {"provider": other.provider or "—", "day": other.starts_on.isoformat()}
        raise Invalid(fields={"again": sentence % named})


def check_device(household_id: int, terms: rules.NewTerms, *, line: Subscription | None = None) -> None:
    """Raise Invalid unless the hotspot is one that the household has now, or the one that the line had."""
    kept = line.device_fact if line is not None else None
    if terms.device_fact is None or terms.device_fact == kept:
        return
    if terms.device_fact not in {number for number, _unit, _day in queries.list_hotspots(household_id)}:
        raise Invalid(fields={"device_fact": _("Please choose a hotspot that the household has.")})


def write_terms(line: Subscription, terms: rules.NewTerms) -> list[str]:
    """Write the terms, seen today; return the names of the columns that changed."""
    given = asdict(terms)
    changed = sorted(name for name, value in given.items() if getattr(line, name) != value)
    for name, value in given.items():
        setattr(line, name, value)
    line.terms_seen_on, line.updated_at = clock.today(), clock.now()
    return changed


def write_told_terms(told: Mapping[int, Mapping[str, Any]]) -> None:
    """Write terms that companies told, many lines at once: line -> columns, the same of each.

    The caller holds the households and records the audit event.
    """
    if not told:
        return
    lines: Table = Subscription.__table__  # type: ignore[assignment]
    names = next(iter(told.values()))
    now = clock.now()
    statement = lines.update().where(lines.c.fact_number == bindparam("line"))
    values: dict[str, Any] = {name: bindparam(name) for name in (*names, "updated_at")}
    changes = [{"line": number, **terms, "updated_at": now} for number, terms in sorted(told.items())]
    session().connection().execute(statement.values(values), changes)
    note_bulk_write(session(), lines.name)


def note_subsidy(
    *, household_id: int, number: int, subsidy: rules.NewSubsidy, programs: Collection[str], by: Actor
) -> Subsidy:
    """Write down what a program pays toward a line already. ``programs``: those there are."""
    policy.check(by, "delivery:record")
    line = _held(household_id, number, by)
    others = [_as_new(one) for one in queries.list_household_subsidies(household_id)]
    refuse(rules.check_subsidy(subsidy, programs=programs, others=others, line=line))
    noted = Subsidy(
        partner_id=line.partner_id, fact_number=number, **asdict(subsidy), recorded_at=clock.now(),
        recorded_by=by.user_id,
    )  # fmt: skip
    session().add(noted)
    record("subsidy.noted", by=by, subject=noted, fact=number, program=subsidy.program)
    return noted


def _as_new(one: Subsidy) -> rules.NewSubsidy:
    return rules.NewSubsidy(
        program=one.program, amount_cents=one.amount_cents, from_on=one.from_on, until_on=one.until_on
    )


def end_subsidy(*, household_id: int, number: int, subsidy_id: int, until_on: date, reason: str, by: Actor) -> None:
    """Say on which day a program pays for the last time. What an application brought ends with the application."""
    policy.check(by, "delivery:record")
    line = _held(household_id, number, by)
    subsidy = queries.get_subsidy(subsidy_id, number=line.fact_number)
    if subsidy.application_id is not None:
        raise Conflict(_("This subsidy came with an application. It ends there."))
    if subsidy.program == rules.VOUCHER:
        raise Conflict(_("A city voucher pays this. Stop the voucher: it ends with it."))
    if reason not in rules.SUBSIDY_END_REASONS:
        raise Invalid(fields={"reason": _("Please choose a reason.")})
    if until_on < subsidy.from_on:
        raise Invalid(fields={"until_on": _("It cannot end before it begins.")})
    if subsidy.until_on is not None and until_on > subsidy.until_on:
        raise Invalid(fields={"until_on": _("It ends earlier already. To pay longer, write it down once more.")})
    subsidy.until_on, subsidy.end_reason = until_on, reason
    record("subsidy.ended", by=by, subject=subsidy, fact=number, program=subsidy.program, reason=reason)


def follow_line_void(*, number: int, by: Actor) -> None:
    """End what lowered the price of a line that never was, and let lines go on without a hotspot that never was."""
    policy.check(by, "household:correct")
    for line in queries.list_by_device(number):
        line.device_fact = None
    gone = queries.find_subscription(number)
    for one in gone.subsidies if gone is not None else ():
        last = max(one.from_on, clock.today())
        if one.until_on is None or one.until_on > last:
            one.until_on, one.end_reason = last, rules.LINE_VOID


def follow_line_correction(*, number: int, new_number: int, by: Actor) -> None:
    """Bring the terms of a corrected line to its new fact, and everything that names the line (OF_LINES).

    Lines that need a hotspot follow its corrected hand-over. A price that somebody wrote down since stays, unless
    the correction itself changes the price.
    """
    policy.check(by, "household:correct")
    for line in queries.list_by_device(number):
        line.device_fact = new_number
    old, new = queries.find_subscription(number), queries.find_subscription(new_number)
    if old is None:
        return
    if new is None:
        raise NotFound
    for name in _COPIED:
        setattr(new, name, getattr(old, name))
    if queries.recorded_price(number) == queries.recorded_price(new_number):
        new.price_cents = old.price_cents
    session().flush()
    for table in OF_LINES:
        session().execute(update(table).where(table.fact_number == number).values(fact_number=new_number))
    if new.provider is not None:  # from now on the city pays the company that it really is
        session().execute(update(Voucher).where(Voucher.fact_number == new_number).values(provider=new.provider))
