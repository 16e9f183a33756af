"""The ledger's arithmetic: commitments + paid + free = budget whatever happens, and nothing is paid twice."""

from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from digital_inclusion.connectivity.rules.vouchers import months_from, stop_from
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid
from digital_inclusion.funding.rules.money import (
    BUDGET,
    COMMIT,
    PAY,
    RECOVER,
    RELEASE,
    BudgetTerms,
    Sums,
    check_amount,
    check_budget,
    sums_after,
)
from digital_inclusion.funding.rules.payments import (
    BatchState,
    Settled,
    check_file,
    check_month,
    check_move,
    check_settled,
    places_of,
    read_answer,
)

FIRST = date(2026, 1, 1)
YEAR = months_from(FIRST, 12)
Month = tuple[int, date]


class Ledger(RuleBasedStateMachine):
    """A budget, its vouchers and batches; every voucher's month is somewhere, once."""

    def __init__(self) -> None:
        super().__init__()
        self.sums = Sums()
        self.cents: dict[int, int] = {}
        self.open: set[Month] = set()  # promised
        self.batch: set[Month] = set()  # in a batch that waits
        self.paid: dict[Month, int] = {}

    def _post(self, kind: str, *cents: int) -> None:
        self.sums = sums_after(self.sums, [(kind, one) for one in cents])

    @initialize(amount=st.integers(0, 50_000))
    def begin(self, amount: int) -> None:
        self._post(BUDGET, amount)

    @rule(cents=st.integers(1, 5000), begin=st.integers(0, 11), count=st.integers(1, 12))
    def give(self, cents: int, begin: int, count: int) -> None:
        wanted, before = YEAR[begin : begin + count], self.sums
        try:
            self._post(COMMIT, *[cents] * len(wanted))
        except Invalid:
            assert cents * len(wanted) > before.free and self.sums == before
            return
        number = len(self.cents)
        self.cents[number] = cents
        self.open |= {(number, month) for month in wanted}

    @precondition(lambda self: self.cents)
    @rule(data=st.data(), since=st.sampled_from(YEAR))
    def stop(self, data: st.DataObject, since: date) -> None:
        number = data.draw(st.sampled_from(sorted(self.cents)))
        own = {month for voucher, month in self.open if voucher == number}
        paid = {month for voucher, month in (*self.batch, *self.paid) if voucher == number}
        if own:
            gone = stop_from(own | paid, since, first=min(own | paid), paid=paid).released
            assert set(gone) == {month for month in own if month >= since}
            self._post(RELEASE, *[self.cents[number]] * len(gone))
            self.open -= {(number, month) for month in gone}

    @rule(month=st.sampled_from(YEAR))
    def make_batch(self, month: date) -> None:
        due = {one for one in self.open if one[1] == month}
        self.open -= due
        self.batch |= due

    @rule()
    def void(self) -> None:
        self.open |= self.batch
        self.batch = set()

    @rule()
    def approve(self) -> None:
        assert not self.batch & self.paid.keys()
        self._post(PAY, *(self.cents[number] for number, _month in self.batch))
        self.paid |= {one: self.cents[one[0]] for one in self.batch}
        self.batch = set()

    @precondition(lambda self: self.paid)
    @rule(data=st.data())
    def comes_back(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(sorted(self.paid)))
        if self.paid[one] == self.cents[one[0]]:
            really = data.draw(st.integers(0, self.paid[one] - 1))
            self._post(RECOVER, self.paid[one] - really)
            self.paid[one] = really

    @rule(amount=st.integers(0, 80_000))
    def change(self, amount: int) -> None:
        bound = self.sums.committed + self.sums.paid
        try:
            self._post(BUDGET, check_amount(self.sums, amount))
        except Invalid:
            assert amount < bound or amount in (0, self.sums.amount)

    @invariant()
    def every_cent_is_somewhere(self) -> None:
        assert self.sums.free >= 0
        assert self.sums.committed == sum(self.cents[number] for number, _month in (*self.open, *self.batch))
        assert self.sums.paid == sum(self.paid.values())


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_sums_after_says_what_is_left() -> None:
    with pytest.raises(Invalid, match=r"needs \$6\.00; \$5\.00 is left"):
        sums_after(Sums(1000, 300, 200), [(COMMIT, 200), (COMMIT, 400)])
    with pytest.raises(ValueError, match="than was promised"):
        sums_after(Sums(1000, 100, 0), [(PAY, 200)])


def test_check_amount_says_by_how_much_it_is_too_little() -> None:
    with pytest.raises(Invalid) as refused:
        check_amount(Sums(1000, 300, 200), 450)
    assert "$5.00 is promised or paid already. This is $0.50 too little" in refused.value.fields["amount"]
    assert check_amount(Sums(1000, 300, 200), 500) == -500


def test_check_budget_names_every_mistake() -> None:
    terms = BudgetTerms(fund="F", name="N", starts_on=date(2026, 5, 1), ends_on=date(2026, 4, 1), amount_cents=0)
    with pytest.raises(Invalid) as refused:
        check_budget(terms)
    assert refused.value.fields.keys() == {"last_month", "amount"}
    whole = BudgetTerms(fund="F", name="N", starts_on=date(2026, 5, 9), ends_on=date(2026, 6, 1), amount_cents=1)
    assert whole.months == (date(2026, 5, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("state", "to", "may"),
    [("made", "approved", True), ("made", "void", True), ("approved", "void", False), ("void", "approved", False),
     ("settled", "approved", False), ("approved", "settled", True)],
)  # fmt: skip
def test_batch_moves_only_forward(state: str, to: str, may: bool) -> None:
    if may:
        check_move(state, BatchState(to))
    else:
        with pytest.raises(Conflict):
            check_move(state, BatchState(to))


def test_only_what_is_approved_has_a_file() -> None:
    check_file("settled")
    for state in ("made", "void"):
        with pytest.raises(Conflict):
            check_file(state)


def test_month_that_has_not_begun_is_not_paid() -> None:
    check_month(date(2026, 3, 1), date(2026, 3, 1))
    with pytest.raises(Invalid):
        check_month(date(2026, 4, 1), date(2026, 3, 31))


def test_settled_is_at_most_approved_and_says_why_it_is_less() -> None:
    check_settled(Settled(1000), approved=1000)
    check_settled(Settled(0, "closed account"), approved=1000)
    for told, field in ((Settled(1001), "paid"), (Settled(999), "reason"), (Settled(1, "x" * 201), "reason")):
        with pytest.raises(Invalid) as refused:
            check_settled(told, approved=1000)
        assert refused.value.fields.keys() == {field}


def test_answer_of_finance_is_read_by_its_names() -> None:
    places = places_of(["Note", "VOUCHER CODE", "Amount paid"])
    code = "2222-2222"
    told = read_answer(2, ["late", code.lower().replace("-", ""), "$1,000.50"], places)
    assert (told.row, told.voucher, told.settled) == (2, code, Settled(100_050, "late"))
    with pytest.raises(Invalid, match="no column “Paid”"):
        places_of(["Voucher", "Reason"])
    with pytest.raises(Invalid, match="Row 3: “Rosa” is no voucher"):
        read_answer(3, ["", "Rosa", "1"], places)
    with pytest.raises(Invalid, match="Row 4: “12,5” is no amount"):
        read_answer(4, ["", code, "12,5"], places)
