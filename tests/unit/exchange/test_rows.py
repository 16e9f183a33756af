"""Whole rows: households, deliveries, problems, identity, content."""

import copy
import csv
import dataclasses
import io
import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digital_inclusion.exchange.rules import (
    FIELDS,
    DateOrder,
    ParsedDelivery,
    ParsedEvidence,
    ParsedRow,
    ProblemTally,
    RowParser,
    Settings,
    content_hash,
    date_orders_of,
    delivery_key,
    group_members,
    group_problems,
    is_per_member,
    mapping_of,
    match_columns,
    parse_row,
    parse_rows,
    resolve_mapping,
    row_key,
    row_keys,
)
from digital_inclusion.foundation.normalize import normalize_address, normalize_email, normalize_phone
from digital_inclusion.foundation.sheets import open_sheet
from tests.support.shared import shared_file

TODAY = date(2026, 11, 22)
SETTINGS = Settings(
    today=TODAY,
    date_order=DateOrder("mdy", sure=True),
    normalize_phone=normalize_phone,
    normalize_email=normalize_email,
    normalize_address=normalize_address,
)
ATTESTED = dataclasses.replace(SETTINGS, consent_attested_on=TODAY)


def parsed(settings: Settings = ATTESTED, **values: str) -> ParsedRow:
    headers = list(values)
    return parse_row(list(values.values()), {name: name for name in headers}, settings, headers=headers)


def codes(row: ParsedRow) -> set[str]:
    return {problem.code for problem in row.problems}


PLAIN = {"head_name": "Ana Pérez", "head_birth_on": "1980-01-02", "phone": "408 555 1234", "enrolled_on": "2026-01-05"}
HOME = {"address_line": "811 North 7th Street", "unit": "4", "city": "San Jose", "zip_code": "95112"}


def test_a_whole_household() -> None:
    row = parsed(
        **PLAIN, **HOME, reference="C1", email="Ana@X.org", language="Spanish", consent_given="sí",
        consent_way="signed", needs="internet", need_device="yes", population_veteran="yes", population_rural="no",
        member_2_first_name="Bo", member_2_last_name="Pérez", member_2_birth_on="2015-03-04",
        member_2_relationship="son",
    )  # fmt: skip
    assert row.ok and not row.problems
    assert row.head and (row.head.name, row.head.birth_on) == ("Ana Pérez", date(1980, 1, 2))
    assert [(m.name, m.birth_on, m.relationship) for m in row.members] == [("Bo Pérez", date(2015, 3, 4), "child")]
    assert row.address and row.address.key == "811 N 7TH ST # 4" and row.address.zip_code == "95112"
    assert (row.phone, row.phone_e164, row.email) == ("408 555 1234", "+14085551234", "ana@x.org")
    assert (row.needs_device, row.needs_connection, row.needs_skills) == (True, True, False)
    assert row.populations == ("veteran",) and row.language == "es"
    assert row.consent_on == date(2026, 1, 5) and row.has_consent and row.consent_way == "signed_paper"


def test_names_of_every_kind() -> None:
    assert parsed(head_name="Cher").head.name == "Cher"  # type: ignore[union-attr]
    row = parsed(head_first_name="伟", head_last_name="王")
    assert row.head and row.head.name == "王伟"
    row = parsed(head_first_name="Ana", head_middle_name="M.", head_last_name="Pérez")
    assert row.head and row.head.name == "Ana M. Pérez"
    assert "name_missing" in codes(parsed(phone="408 555 1234"))
    row = parsed(head_first_name="Jennifer", head_last_name="Null")
    assert row.head and row.head.name == "Jennifer Null"
    assert "name_missing" in codes(parsed(head_name="NULL"))


def test_several_deliveries_in_one_row() -> None:
    row = parsed(
        **PLAIN, **HOME,
        device_1_kind="Chromebook", device_1_source="donated", device_1_unit="SN1", device_1_on="2/1/2026",
        device_2_kind="tablet", device_2_on="2/2/2026", device_2_ended_on="3/1/2026",
        line_1_provider="Comcast", line_1_speed="100/20", line_1_price="$9.95", line_1_on="2/3/2026",
        line_1_evidence_type="bill", line_1_evidence_reference="B-7", line_1_evidence_seen_by="JM",
        line_1_evidence_seen_on="2/4/2026",
        line_2_down="100/20", line_2_on="2/5/2026",
        training_1_topic="Email", training_1_hours="8", training_1_on="2/6/2026",
        device_3_kind="", device_3_on="",
    )  # fmt: skip
    assert row.ok
    laptop, tablet, line, other, training = row.deliveries
    assert (laptop.device_kind, laptop.donated, laptop.unit) == ("laptop", True, "SN1")
    assert tablet.ended_on == date(2026, 3, 1)
    assert (line.down_kbps, line.up_kbps, line.price_cents) == (100_000, 20_000, 995)
    assert line.evidence == ParsedEvidence(type="bill", reference="B-7", seen_by="JM", seen_on=date(2026, 2, 4))
    assert (other.down_kbps, other.up_kbps) == (100_000, 20_000)
    assert (training.minutes, training.topic) == (480, "Email")
    assert delivery_key(laptop) == "device|2026-02-01|laptop|sn1"
    assert delivery_key(line) == "line|2026-02-03||comcast"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"device_1_kind": "laptop"}, "delivery_without_date"),
        ({"device_1_on": "2/1/2026"}, "device_kind_missing"),
        ({"device_1_kind": "laptop", "device_1_on": "31/02/2026"}, "date_does_not_exist"),
        ({"line_1_on": "2/1/2026", "line_1_provider": "AT&T"}, "speed_missing"),
        ({"line_1_on": "2/1/2026", "line_1_down": "100"}, "speed_missing"),
        ({"line_1_on": "2/1/2026", "line_1_speed": "100/20", "line_1_ended_on": "1/1/2026"}, "ends_before_start"),
        ({"training_1_on": "2/1/2026", "training_1_topic": "Email"}, "hours_missing"),
        ({"head_birth_on": "2026-02-02"}, "birth_after_enrollment"),
        ({"enrolled_on": ""}, "enrolled_missing"),
        ({"enrolled_on": "1/1/2027"}, "date_in_future"),
        ({"zip_code": "951l2"}, "zip_unreadable"),
        ({"consent_given": "no"}, "consent_refused"),
        ({"member_2_birth_on": "2015-01-01"}, "member_without_name"),
    ],
)
def test_rows_that_come_back(values: dict[str, str], code: str) -> None:
    row = parsed(**{**PLAIN, **HOME, **values})
    assert code in {problem.code for problem in row.errors}
    assert not row.ok


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"device_1_kind": "laptop", "device_1_on": "1/1/2026"}, "before_enrollment"),
        ({"phone": "call mom"}, "phone_unreadable"),
        ({"email": "nobody at home"}, "email_unreadable"),
        ({"address_line": "", "zip_code": ""}, "address_missing"),
        ({"head_birth_on": ""}, "weak_identity"),
    ],
)
def test_rows_that_go_in_with_a_word(values: dict[str, str], code: str) -> None:
    row = parsed(**{**PLAIN, **HOME, **values})
    assert row.ok and code in codes(row)


def test_what_cannot_be_called_is_kept_as_written() -> None:
    row = parsed(**{**PLAIN, "phone": "408-555-MOMS"})
    assert (row.phone, row.phone_e164) == ("408-555-MOMS", None)


def test_no_fixed_address() -> None:
    row = parsed(**PLAIN, no_fixed_address="St. James Park", city="San Jose")
    assert row.address and not row.address.fixed and row.address.description == "St. James Park"
    assert "address_missing" not in codes(row)
    row = parsed(**PLAIN, **HOME, no_fixed_address="no")
    assert row.address and row.address.fixed


def test_consent_is_needed_unless_attested() -> None:
    assert "consent_missing" in codes(parsed(SETTINGS, **PLAIN, **HOME))
    assert "consent_missing" not in codes(parsed(ATTESTED, **PLAIN, **HOME))
    assert "consent_missing" not in codes(parsed(SETTINGS, **PLAIN, **HOME, consent_on="1/2/2026"))


def test_a_secret_is_never_repeated() -> None:
    row = parsed(**{**PLAIN, "reference": "123-45-6789"})
    (problem,) = row.errors
    assert (problem.code, problem.value) == ("sensitive_number", "•••")
    assert "123-45" not in json.dumps([p.as_dict() for p in row.problems])


def test_the_same_delivery_twice_counts_once() -> None:
    device = {"kind": "laptop", "on": "2/1/2026", "unit": "SN 1"}
    row = parsed(**PLAIN, **HOME, **{f"device_{n}_{part}": text for n in (1, 2) for part, text in device.items()})
    assert len(row.deliveries) == 1 and "delivery_repeated" in codes(row)


def test_mapping_by_header_or_position() -> None:
    assert resolve_mapping({"Name": "head_name", "1": "phone", "gone": "email"}, ["NAME ", "x"]) == {
        0: "head_name",
        1: "phone",
    }
    with pytest.raises(ValueError, match="no such field"):
        resolve_mapping({"Name": "nonsense"}, ["Name"])
    row = parse_row(["Ana", "408 555 1234"], {"0": "head_name", "1": "phone"}, ATTESTED)
    assert row.head and row.head.name == "Ana" and row.phone_e164 == "+14085551234"


def test_headers_that_differ_in_case_are_two_columns() -> None:
    assert resolve_mapping({"Phone": "phone", "PHONE": "phone_2"}, ["PHONE", "Phone"]) == {1: "phone", 0: "phone_2"}


def test_each_column_of_dates_has_its_order_told_by_all_its_rows() -> None:
    headers = ["Name", "Born", "Enrolled", "Consent date"]
    mapping = mapping_of(match_columns(["Name", "DOB", "Enrollment date", "Consent date"], []))
    mapping = dict(zip(headers, mapping.values(), strict=True))
    rows = [["Ana", f"{n % 12 + 1}/{n % 28 + 1}/1980", "3/4/2026", "3/4/2026"] for n in range(300)]
    rows += [["Ana", "", "30/4/2026", ""]] * 3
    orders = date_orders_of(headers, rows, mapping)
    assert (orders["head_birth_on"].order, orders["head_birth_on"].sure) == ("mdy", True)
    assert (orders["enrolled_on"].order, orders["enrolled_on"].sure) == ("dmy", True)
    assert not orders["consent_on"].sure  # the others do not agree
    row = RowParser(mapping, headers, dataclasses.replace(ATTESTED, date_orders=orders)).parse(2, rows[0])
    assert row.enrolled_on == date(2026, 4, 3) and row.consent_on == date(2026, 3, 4)
    assert [(p.code, p.column) for p in row.problems if "date" in p.code] == [("date_order_assumed", "Consent date")]


def test_a_column_of_both_orders_says_so_at_every_date_that_could_be_two() -> None:
    rows = [["Ana", "30/4/2026"], ["Bo", "4/30/2026"], ["Cy", "3/4/2026"]]
    mapping = {"Name": "head_name", "Enrolled": "enrolled_on"}
    headers = list(mapping)
    orders = date_orders_of(headers, rows, mapping)
    parser = RowParser(mapping, headers, dataclasses.replace(ATTESTED, date_orders=orders))
    found = [[(p.code, p.severity) for p in parser.parse(2, row).problems if "order" in p.code] for row in rows]
    assert found == [[], [], [("date_order_mixed", "warning")]]


def test_notes_of_the_reader_become_problems() -> None:
    rows = [(2, ["Ana", "x"], "broken_quotes"), (3, ["Bo"], "hidden"), (4, ["Cy", "", "more"], "formula_without_value")]
    found = list(parse_rows(rows, {"Name": "head_name"}, ["Name", "Other"], ATTESTED))
    assert [{"broken_quotes", "hidden_row", "extra_cells", "formula_without_value"} & codes(row) for row in found] == [
        {"broken_quotes"},
        {"hidden_row"},
        {"formula_without_value", "extra_cells"},
    ]


def test_problems_are_grouped_with_examples() -> None:
    headers = ["Name", "ZIP"]
    parser = RowParser({"Name": "head_name", "ZIP": "zip_code"}, headers, ATTESTED)
    rows = [parser.parse(number, ["Ana", f"x{number}"]) for number in range(2, 12)]
    first, *rest = group_problems((row.number, row.problems) for row in rows)
    assert (first.code, first.count, first.severity) == ("enrolled_missing", 10, "error")
    zip_group = next(group for group in rest if group.code == "zip_unreadable")
    assert (
        zip_group.column == "ZIP" and zip_group.examples[:2] == [(2, "x2"), (3, "x3")] and len(zip_group.examples) == 5
    )
    assert json.dumps(zip_group.as_dict())


# -- identity --------------------------------------------------------------------------------------------------------


def test_how_a_row_is_known_again() -> None:
    assert row_key(parsed(**PLAIN, reference=" C-1 ")) == row_key(parsed(reference="Ｃ-1", head_name="Other"))
    assert row_key(parsed(reference="0035e00000AbcDa")) != row_key(parsed(reference="0035e00000AbcDA"))
    full = parsed(**PLAIN, **HOME)
    assert row_keys(full) == (
        "phone|ana perez|1980-01-02|+14085551234",
        "address|ana perez|1980-01-02|811 N 7TH ST # 4|95112",
    )
    without_phone = parsed(
        **{**PLAIN, "head_name": "ANA PEREZ", "phone": ""}, **{**HOME, "address_line": "811 N. 7th St."}
    )
    assert row_key(without_phone) in row_keys(full)
    assert row_key(parsed(head_name="Ana")) is None
    assert row_keys(parsed(**{**PLAIN, **HOME, "head_birth_on": ""})) == ()


@pytest.mark.parametrize("reference", ["1.23457E+11", "4,08E+09", "5e+10"])
def test_a_number_the_spreadsheet_cut_short_comes_back(reference: str) -> None:
    assert [p.code for p in parsed(**PLAIN, **HOME, reference=reference).errors] == ["reference_shortened"]


def test_content_is_what_the_row_says() -> None:
    row = parsed(**PLAIN, **HOME, reference="C1")
    assert len(content_hash(row)) == 64
    again = parsed(**{**HOME, "reference": "C1"}, **PLAIN)  # other order of columns
    again.number, again.rows = 99, (99,)
    assert content_hash(again) == content_hash(row)


def test_a_defaulted_enrollment_is_no_content() -> None:
    values = {**PLAIN, **HOME, "consent_given": "yes"}
    del values["enrolled_on"]
    one = parsed(dataclasses.replace(ATTESTED, default_enrolled_on=date(2026, 1, 1)), **values)
    two = parsed(dataclasses.replace(ATTESTED, default_enrolled_on=date(2026, 2, 1)), **values)
    assert one.enrolled_on != two.enrolled_on and content_hash(one) == content_hash(two)


def _changed(value: object, name: str) -> object:
    if value is None:
        return TODAY if name.endswith("_on") else "x"
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return value + timedelta(days=1)
    return (value + 1) if isinstance(value, int) else f"{value}x"


def test_every_change_of_content_is_seen() -> None:
    row = parsed(
        **PLAIN, **HOME, reference="C1", household_ref="H", email="a@b.org", safe_contact="text", contact_note="n",
        language="en", consent_given="yes", consent_on="1/6/2026", consent_way="signed", needs="internet",
        populations="veteran", district="3", member_2_name="Bo", device_1_kind="laptop", device_1_source="new",
        device_1_unit="S", device_1_on="2/1/2026", device_1_evidence_type="other", device_1_evidence_seen_by="J",
        device_1_evidence_reference="R", device_1_evidence_seen_on="2/1/2026",
    )  # fmt: skip
    before = content_hash(row)
    ignored = {"number", "rows", "problems", "enrolled_defaulted", "key"}

    def check(path: list[object], thing: object) -> None:
        for field in dataclasses.fields(thing):  # type: ignore[arg-type]
            if field.name in ignored:
                continue
            copied = copy.deepcopy(row)
            target: object = copied
            for step in path:
                target = target[step] if isinstance(step, int) else getattr(target, str(step))  # type: ignore[index]
            value = getattr(target, field.name)
            if dataclasses.is_dataclass(value):
                check([*path, field.name], value)
            elif isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
                check([*path, field.name, 0], value[0])
            else:
                setattr(target, field.name, _changed(value, field.name))
                assert content_hash(copied) != before, [*path, field.name]

    check([], row)


def test_keys_of_trainings_differ_by_member_and_topic() -> None:
    day = date(2026, 1, 1)
    one = ParsedDelivery(item="training", number=1, occurred_on=day, topic="Email", minutes=60)
    assert delivery_key(one) == delivery_key(dataclasses.replace(one, number=2, topic="E-MAIL".replace("-", "")))
    assert delivery_key(one) != delivery_key(dataclasses.replace(one, member="Bo"))


# -- real files ------------------------------------------------------------------------------------------------------


def read_file(name: str, settings: Settings = ATTESTED) -> list[ParsedRow]:
    with open_sheet(shared_file(name)) as sheet:
        samples = sheet.samples()
        mapping = mapping_of(match_columns(sheet.headers, samples))
        chosen = dataclasses.replace(settings, date_orders=date_orders_of(sheet.headers, samples, mapping))
        parser = RowParser(mapping, sheet.headers, chosen)
        rows = [parser.parse(*row) for row in sheet]
        return list(group_members(rows, parser.check) if is_per_member(mapping.values()) else rows)


def test_hope_workbook_of_fifty_households() -> None:
    found = read_file("uploads/rdi_import_50_hh_50_ind.xlsx")
    assert len({row.household_ref for row in found}) == len(found)
    first = found[0]
    assert first.head and first.head.name == "James Hall" and first.head.birth_on == date(2013, 3, 2)
    assert first.enrolled_on == date(2006, 12, 16)
    assert all(row.head is not None for row in found if row.ok)
    tally = ProblemTally()
    for row in found:
        tally.add(row.number, row.problems)
    assert {group.code for group in tally.groups()} <= {
        "birth_after_enrollment", "phone_unreadable", "address_missing", "head_missing", "relationship_unknown",
        "several_heads", "date_in_future",
    }  # fmt: skip


def test_hope_workbook_with_invalid_rows() -> None:
    found = read_file("uploads/invalid_rows.xlsx", dataclasses.replace(ATTESTED, default_enrolled_on=TODAY))
    assert found and any(not row.ok for row in found) and any(row.ok for row in found)


def test_hmis_clients() -> None:
    found = read_file("uploads/ensure_households_Client.csv", dataclasses.replace(ATTESTED, default_enrolled_on=TODAY))
    assert [row.reference for row in found] == [f"C-{n}" for n in range(1, 9)]
    assert all(row.ok for row in found)
    assert found[4].head and found[4].head.birth_on is None  # "unknown age": a birth date may be unknown


def test_hmis_enrollments_have_no_names() -> None:
    assert all("name_missing" in codes(row) for row in read_file("uploads/ensure_households_Enrollment.csv"))


def test_thousands_of_real_addresses_and_synthetic_persons() -> None:
    assert len(read_file("persons/febrl_dsgen_dataset_A_5000.csv")) == 5000
    found = read_file("addresses/sanjose_address_points_sample.csv")
    assert all(row.address and row.address.key for row in found if row.address and row.address.line)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_text_in_any_cell_never_raises(data: st.DataObject) -> None:
    fields = data.draw(st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=12, unique=True))
    parser = RowParser({name: name for name in fields}, fields, SETTINGS)
    cell = st.one_of(st.text(max_size=20), st.sampled_from(["1/2/2026", "yes", "laptop", "100/20", "H1", "Ana", "8"]))
    rows = [
        parser.parse(
            number, data.draw(st.lists(cell, max_size=len(fields) + 1)), data.draw(st.sampled_from(["", "hidden"]))
        )
        for number in range(3)
    ]
    for row in group_members(rows, parser.check):
        assert content_hash(row) and isinstance(row_keys(row), tuple)
        assert not row.ok or (row.head is not None and row.enrolled_on is not None)
        assert all(problem.sentence for problem in row.problems)


def test_naughty_strings_in_every_field() -> None:
    naughty = json.loads(shared_file("attack/blns.json").read_text("utf-8"))
    names = sorted(FIELDS)
    parser = RowParser({name: name for name in names}, names, SETTINGS)
    for number, text in enumerate(naughty):
        content_hash(parser.parse(number, [text] * len(names)))


def test_a_row_survives_export_and_import() -> None:
    """What we gave out neutralized is read as it was."""
    text = io.StringIO()
    csv.writer(text).writerows([["Name", "Phone", "DOB"], ["'=Ana", "'+1 408 555-1234", "1980-01-02"]])
    with open_sheet(io.BytesIO(text.getvalue().encode())) as sheet:
        mapping = mapping_of(match_columns(sheet.headers, sheet.samples()))
        (row,) = parse_rows(sheet, mapping, sheet.headers, ATTESTED)
    assert row.head and row.head.name == "=Ana" and row.phone_e164 == "+14085551234"
