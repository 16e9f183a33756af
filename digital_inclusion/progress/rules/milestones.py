"""From deliveries to milestones: on which days each one is present, and what it rests on (rules 2-8)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from digital_inclusion.progress.rules.facts import Fact, Item, Kind
from digital_inclusion.progress.rules.household import Household
from digital_inclusion.progress.rules.obstacles import obstacle, standard_for
from digital_inclusion.progress.rules.program import Program, Standard
from digital_inclusion.progress.rules.spans import FOREVER, NEVER, Spans, cut, intersection, span_on, union


class Milestone(StrEnum):
    """What a household reached."""

    DEVICE = "device"
    CONNECTIVITY = "connectivity"
    SKILLS = "skills"
    CONNECTED = "connected"
    INCLUDED = "included"
    CONNECTED_SUSTAINED = "connected_sustained"
    SKILLS_SUSTAINED = "skills_sustained"


SUSTAINED = {
    Milestone.CONNECTED_SUSTAINED: (Milestone.CONNECTED, Item.LINE),
    Milestone.SKILLS_SUSTAINED: (Milestone.SKILLS, Item.TRAINING),
}


class Held(NamedTuple):
    """One thing a household has: what brought it, on which days it is present, which facts prove that."""

    fact: Fact
    spans: Spans
    proofs: tuple[Fact, ...]

    @property
    def is_given(self) -> bool:
        """Tell whether it is from the program, not already there (rule 5)."""
        return self.fact.kind is Kind.DELIVERY


class Presence(NamedTuple):
    """The days of a milestone and the program deliveries that may be credited with it (rule 12)."""

    spans: Spans
    given: tuple[Held, ...]

    def credited_on(self, day: date) -> Fact:
        """Return the delivery that completed it: present on ``day``, latest, then lowest number (rule 12)."""
        best = None
        for held in self.given:
            fact = held.fact
            if span_on(held.spans, day) is None:
                continue
            if best is None or (best.occurred_on, -best.number) < (fact.occurred_on, -fact.number):
                best = fact
        if best is None:
            raise ValueError(f"No program delivery is present on {day}")
        return best


class View(NamedTuple):
    """A household as one set of facts shows it. A milestone never reached is not in ``presence``."""

    devices: tuple[Held, ...]
    lines: tuple[Held, ...]
    skills: tuple[Held, ...]
    checks: tuple[Fact, ...]  # those that can sustain: about skills, or about a line above while it was on
    presence: dict[Milestone, Presence]


def views(household: Household, program: Program) -> tuple[View, View]:
    """Return what all standing facts show, and what the verified ones among them prove (rule 8)."""
    counted = [fact for fact in household.deliveries() if obstacle(fact, household, program) is None]
    checks = [check for check in household.of(Kind.CHECK) if check.positive is True]
    everything = _view(counted, checks, household, program)
    proven = [fact for fact in counted if household.is_verified(fact)]
    proven_checks = [check for check in checks if household.is_verified(check)]
    if not proven:
        return everything, View((), (), (), (), {})
    if len(proven) == len(counted) and len(proven_checks) == len(checks):
        return everything, everything
    return everything, _view(proven, proven_checks, household, program)


def _view(counted: Sequence[Fact], checks: Sequence[Fact], household: Household, program: Program) -> View:
    devices = tuple(hold_device(fact, household) for fact in counted if fact.item is Item.DEVICE)
    lines = tuple(hold_line(fact, checks, household, program) for fact in counted if fact.item is Item.LINE)
    skills = _skills([fact for fact in counted if fact.item is Item.TRAINING], program)
    presence = _presence(devices, lines, skills)
    extending = {proof.number for held in lines for proof in held.proofs}
    asked = tuple(check for check in checks if check.item is not Item.LINE or check.number in extending)
    for milestone, (base, item) in SUSTAINED.items():
        if asked and base in presence:
            day = _sustained_on(presence[base].spans, asked, item, program)
            if day is not None:
                presence[milestone] = Presence(((day, FOREVER),), presence[base].given)
    return View(devices, lines, skills, asked, presence)


def hold_device(fact: Fact, household: Household) -> Held:
    """Return a device's days: from hand-over to return, loss or the loan's due day (rule 2)."""
    end = min(household.end_of(fact), fact.loan_due_on or FOREVER)
    spans = ((fact.occurred_on, end),) if fact.occurred_on < end else NEVER
    return Held(fact, spans, (fact,))


def hold_line(fact: Fact, checks: Iterable[Fact], household: Household, program: Program) -> Held:
    """Return a line's days: every proof lasts its time, up to the end (rule 3). A check may begin anew."""
    end = household.end_of(fact)
    proofs = (fact, *(check for check in checks if _extends(check, fact, end)))
    spans = union((proof.occurred_on, _ages_on(proof, program)) for proof in proofs)
    return Held(fact, cut(spans, end), proofs)


def _extends(check: Fact, line: Fact, end: date) -> bool:
    """Tell whether a check speaks of this line (or of its record's lines), while it could be on."""
    if check.item is not Item.LINE or not line.occurred_on <= check.occurred_on < end:
        return False
    if check.refers_to is None:
        return check.record_id == line.record_id
    return check.refers_to == line.number


def _ages_on(proof: Fact, program: Program) -> date:
    standard = standard_for(program, proof.occurred_on)
    return proof.occurred_on + timedelta(days=standard.proof_days if standard else 0)


def proof_on(held: Held, day: date, household: Household, program: Program) -> Fact:
    """Return the proof a line rests on on ``day``: a verified one if there is one, else the first."""
    if held.fact.item is not Item.LINE:
        return held.fact
    lasting = [proof for proof in held.proofs if proof.occurred_on <= day < _ages_on(proof, program)]
    return next((proof for proof in lasting if household.is_verified(proof)), lasting[0])


def _presence(
    devices: tuple[Held, ...], lines: tuple[Held, ...], skills: tuple[Held, ...]
) -> dict[Milestone, Presence]:
    """Return the milestones that deliveries alone give (rules 2-6), those that are present on some day."""
    given_devices = tuple(held for held in devices if held.is_given)
    given_lines = tuple(held for held in lines if held.is_given)
    device, line = _days(given_devices), _days(given_lines)
    connected = union(intersection(device, _days(lines)) + intersection(_days(devices), line))
    given = given_devices + given_lines
    found = {
        Milestone.DEVICE: Presence(device, given_devices),
        Milestone.CONNECTIVITY: Presence(line, given_lines),
        Milestone.CONNECTED: Presence(connected, given),
    }
    if skills:
        skilled = _days(skills)
        found[Milestone.SKILLS] = Presence(skilled, skills)
        found[Milestone.INCLUDED] = Presence(intersection(connected, skilled), given + skills)
    return {milestone: presence for milestone, presence in found.items() if presence.spans}


def _days(held: tuple[Held, ...]) -> Spans:
    if len(held) < 2:
        return held[0].spans if held else NEVER
    return union(span for one in held for span in one.spans)


def _skills(trainings: Sequence[Fact], program: Program) -> tuple[Held, ...]:
    """Return, for each person, the training with which the hours or an assessment were reached (rule 4).

    Hours are never added across people or records. A training that names no member may have been anybody's,
    so it stands alone and is added to nothing.
    """
    taken: dict[tuple[int, int | None, int], list[Fact]] = {}
    reached: dict[tuple[int, int | None, int], Held] = {}
    for fact in sorted(trainings, key=lambda fact: (fact.occurred_on, fact.number)):
        person = fact.record_id, fact.member_id, fact.number if fact.member_id is None else 0
        standard = program.standard_on(fact.occurred_on)
        if person in reached or standard is None:
            continue
        proofs = taken.setdefault(person, [])
        proofs.append(fact)
        if _is_skilled(proofs, standard):
            reached[person] = Held(fact, ((fact.occurred_on, FOREVER),), tuple(proofs))
    return tuple(reached.values())


def _is_skilled(proofs: Sequence[Fact], standard: Standard) -> bool:
    last = proofs[-1]
    if last.positive is True and last.assessment in standard.assessments:
        return True
    return sum(fact.minutes or 0 for fact in proofs) >= standard.skills_minutes


def _sustained_on(base: Spans, checks: Iterable[Fact], item: Item, program: Program) -> date | None:
    """Return the first positive check's day long enough after the base began, while it lasts (rule 7)."""
    found = None
    for check in checks:
        day = check.occurred_on
        standard = standard_for(program, day)
        if check.item is not item or standard is None or (found is not None and found <= day):
            continue
        if (day - base[0][0]).days >= standard.sustained_days and span_on(base, day) is not None:
            found = day
    return found
