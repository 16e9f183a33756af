"""Columns to fields, and columns that must be dropped."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digital_inclusion.exchange.rules import (
    FIELDS,
    columns_to_drop,
    date_orders_of,
    find_sensitive,
    mapping_of,
    match_columns,
    missing_fields,
)
from digital_inclusion.exchange.rules.sensitive import luhn
from digital_inclusion.foundation.sheets import open_sheet
from tests.support.shared import shared_file


def fields(*headers: str, rows: list[list[str]] | None = None) -> list[str | None]:
    return [match.field for match in match_columns(headers, rows or [])]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Client ID", "reference"), ("PersonalID", "reference"), ("HouseholdID", "household_ref"),
        ("RelationshipToHoH", "relationship"), ("relationship_i_c", "relationship"), ("FirstName", "head_first_name"),
        ("Full Name (required)", "head_name"), ("full_name_i_c", "head_name"), ("DOB", "head_birth_on"),
        ("birth_date_i_c", "head_birth_on"), ("Date of Birth *", "head_birth_on"), ("Nombre completo", "head_name"),
        ("Fecha de nacimiento", "head_birth_on"), ("Dirección", "address_line"), ("Teléfono", "phone"),
        ("Ngày sinh", "head_birth_on"), ("Họ và tên", "head_name"), ("姓名", "head_name"), ("电话", "phone"),
        ("ZIP", "zip_code"), ("Código postal", "zip_code"), ("Apt #", "unit"), ("E-mail", "email"),
        ("phone_no_i_c", "phone"), ("first_registration_date_i_c", "enrolled_on"), ("EntryDate", "enrolled_on"),
        ("Member 2 Name", "member_2_name"), ("member_3_dob", "member_3_birth_on"),
        ("Member #4 DOB", "member_4_birth_on"),
        ("Device Type", "device_1_kind"), ("Device 2 type", "device_2_kind"), ("device2 type", "device_2_kind"),
        ("Device type (2)", "device_2_kind"), ("Serial Number", "device_1_unit"),
        ("Device 1 / Serial", "device_1_unit"),
        ("Device 2 / Date", "device_2_on"), ("Tipo de dispositivo", "device_1_kind"), ("ISP", "line_1_provider"),
        ("Proveedor de internet", "line_1_provider"), ("Download speed (Mbps)", "line_1_down"),
        ("Speed", "line_1_speed"),
        ("Monthly cost", "line_1_price"), ("Activation date", "line_1_on"), ("Training hours", "training_1_hours"),
        ("Class 2 topic", "training_2_topic"), ("Device evidence type", "device_1_evidence_type"),
        ("Needs Device?", "need_device"), ("Veteran Status", "population_veteran"),
        ("Adress", "address_line"), ("Enrolment dat", "enrolled_on"), ("Phne number", "phone"),
        ("联系电话", "phone"), ("手机号", "phone"), ("家庭住址", "address_line"), ("Fecha Nac.", "head_birth_on"),
        ("Tel. No.", "phone"), ("Contact #", "phone"), ("Date Given", "device_1_on"), ("Date Received", "device_1_on"),
        ("Case #", "reference"), ("Apt/Unit", "unit"), ("Zip/Postal Code", "zip_code"), ("Name of Client", "head_name"),
        ("ID #", "reference"), ("Date Device Distributed", "device_1_on"), ("Date device 2 taken", None),
        ("Favorite color", None), ("Device Rate", None), ("", None), ("☃", None),
    ],
)  # fmt: skip
def test_headers(header: str, field: str | None) -> None:
    assert fields(header) == [field]


def test_confidence_and_reason() -> None:
    exact, like = match_columns(["Address", "Adress"], [])
    assert exact.by == "header" and exact.confidence > 0.9
    assert like.field is None  # the surer column has the field
    (alone,) = match_columns(["Adress"], [])
    assert alone.by == "similar" and 0.5 < alone.confidence < exact.confidence
    assert json.dumps([exact.as_dict(), alone.as_dict()])


def test_what_stands_below_decides_everyday_words() -> None:
    names = [["Ana Pérez"], ["Bo Li"], ["Cy"]]
    assert fields("Head of household", rows=names) == ["head_name"]
    assert fields("Head of household", rows=[["Yes"], ["No"], ["Yes"]]) == ["is_head"]
    assert fields("Consent", rows=[["2026-01-02"], ["2026-01-03"]]) == ["consent_on"]
    assert fields("Source", rows=[["Referral"], ["Walk-in"], ["Flyer"]]) == [None]
    assert fields("x1", rows=[["a@b.org"], ["c@d.org"], ["e@f.org"]]) == ["email"]


def test_a_column_of_nothing_but_mistakes_keeps_its_field() -> None:
    assert fields("DOB", rows=[["31/02/2026"]]) == ["head_birth_on"]


def test_neighbors_and_second_telephone() -> None:
    found = fields(
        "Device type", "Serial", "Date", "Evidence", "ISP", "Speed", "Date", "Seen by", "Phone", "Cell phone"
    )
    assert found == [
        "device_1_kind", "device_1_unit", "device_1_on", "device_1_evidence_type", "line_1_provider", "line_1_speed",
        "line_1_on", "line_1_evidence_seen_by", "phone", "phone_2",
    ]  # fmt: skip


def test_what_a_person_corrected_is_remembered() -> None:
    remembered = {"favourite colour": "language", "phone": ""}
    matches = match_columns(["Favourite Colour", "Phone"], [], remembered=remembered)
    assert [(match.field, match.by) for match in matches] == [("language", "remembered"), (None, "remembered")]


def test_missing_fields() -> None:
    assert missing_fields({"a": "phone"}) == ["head_name"]
    assert missing_fields({"a": "head_last_name", "b": "device_2_kind"}) == ["device_2_on"]


@pytest.mark.parametrize(
    ("header", "category"),
    [
        ("SSN", "social_security"), ("Social Security #", "social_security"), ("soc_sec_id", "social_security"),
        ("Last 4 SSN", "social_security"), ("Número de Seguro Social", "social_security"),
        ("SSNDataQuality", "social_security"),
        ("A-Number", "immigration"), ("Alien Registration Number", "immigration"), ("I-94", "immigration"),
        ("Passport No.", "immigration"), ("visa_type", "immigration"), ("national_passport_no_i_c", "immigration"),
        ("Citizenship status", "immigration"), ("drivers_license_no_i_c", "identity_document"),
        ("Driver's License", "identity_document"), ("id_type_i_f", "identity_document"),
        ("Credit card number", "payment_card"), ("CVV", "payment_card"), ("EBT card", "payment_card"),
        ("Client ID", None), ("Session", None), ("Advisor", None), ("Visit date", None), ("Assigned to", None),
        ("Phone number", None), ("Company", None), ("Apartment number", None), ("Notes", None),
        ("S.S.N.", "social_security"), ("S.S. #", "social_security"), ("Social #", "social_security"),
        ("Last 4 of social", "social_security"), ("Last four of the SSN", "social_security"),
        ("Client's TIN", "social_security"), ("Head of household social", "social_security"),
        ("Alien #", "immigration"), ("A#", "immigration"), ("Client A #", "immigration"),
        ("DL #", "identity_document"), ("Medi-Cal #", "identity_document"), ("ID Number", "identity_document"),
        ("CCCD", "identity_document"), ("Số CMND", "identity_document"),
        ("Card #", "payment_card"), ("CC #", "payment_card"), ("EBT #", "payment_card"), ("Acct #", "payment_card"),
        ("Client ID Number", None), ("Household ID No.", None), ("Case ID No", None), ("Device ID number", None),
        ("ID #", None), ("Best a number to call", None), ("Trabajador social", None), ("Social worker", None),
        ("Thông tin liên lạc", None), ("Số nhận tin nhắn", None),
        ("Thông tin khách hàng / Họ tên", None), ("Immigration / Client name", None),
        ("Immigration / Status", "immigration"), ("Social security / ID", "social_security"),
        ("Client / A#", "immigration"),
    ],
)  # fmt: skip
def test_sensitive_headers(header: str, category: str | None) -> None:
    found = find_sensitive([header], [])
    assert (found[0].category if found else None) == category
    assert fields(header) == [None] or category is None


@pytest.mark.parametrize(
    ("header", "values", "dropped"),
    [
        ("Field 7", ["123456789", "234567890", "345678901", ""], True),
        ("Field 7", ["123456789.0", "234567890.0"], True),
        ("Field 7", ["123456789", "Ana", "Bo"], False),
        ("Field 7", ["900456789", "000123456"], False),  # never issued
        ("Field 7", [f"20260{n}" for n in range(1001, 1009)], False),  # handed out one after the other
        ("Client ID", ["123456789", "234567890", "345678901"], False),
        ("ZIP", ["951121234", "951131234"], False),
    ],
)
def test_nine_bare_digits_under_a_header_that_says_nothing(header: str, values: list[str], dropped: bool) -> None:
    (match,) = match_columns([header], [[value] for value in values])
    assert (match.sensitive == "social_security") is dropped
    remembered = match_columns([header], [[value] for value in values], remembered={header.lower(): "reference"})
    assert remembered[0].sensitive is None and remembered[0].field == "reference"


@pytest.mark.parametrize(
    ("values", "category"),
    [
        (["123-45-6789", "234-56-7890"], "social_security"),
        (["4111 1111 1111 1111", "5500-0000-0000-0004", ""], "payment_card"),
        (["A123456789", "A 098 765 432"], "immigration"),
        (["408-555-1234", "408-555-9876"], None),
        (["490154203237518", "356938035643809"], None),  # IMEIs satisfy Luhn
        (["000-12-3456", "666-12-3456"], None),  # never issued
        (["95112-1234"], None),
        (["A12345678", "A12345679"], None),  # rather a client's number
    ],
)
def test_sensitive_values(values: list[str], category: str | None) -> None:
    found = find_sensitive(["Other"], [[value] for value in values])
    assert (found[0].category if found else None) == category


def test_luhn() -> None:
    assert luhn([4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    assert not luhn([4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2])


@pytest.mark.parametrize("name", ["bom_test_Client.csv", "ensure_households_Client.csv"])
def test_hmis_client_files(name: str) -> None:
    with open_sheet(shared_file(f"uploads/{name}")) as sheet:
        matches = match_columns(sheet.headers, sheet.samples())
    assert [match.header for match in columns_to_drop(matches)] == ["SSN", "SSNDataQuality"]
    mapping = mapping_of(matches)
    assert mapping["PersonalID"] == "reference" and mapping["DOB"] == "head_birth_on"
    assert mapping["FirstName"] == "head_first_name" and mapping["LastName"] == "head_last_name"


def test_hmis_enrollment_file() -> None:
    with open_sheet(shared_file("uploads/ensure_households_Enrollment.csv")) as sheet:
        mapping = mapping_of(match_columns(sheet.headers, sheet.samples()))
    assert mapping["HouseholdID"] == "household_ref" and mapping["RelationshipToHoH"] == "relationship"
    assert missing_fields(mapping) == ["head_name"]


def test_hope_workbooks() -> None:
    with open_sheet(shared_file("uploads/rdi_import_50_hh_50_ind.xlsx")) as sheet:
        matches = match_columns(sheet.headers, sheet.samples())
    mapping = mapping_of(matches)
    assert mapping["full_name_i_c"] == "head_name" and mapping["household_id"] == "household_ref"
    dropped = {match.header: match.sensitive for match in columns_to_drop(matches)}
    assert dropped["national_passport_no_i_c"] == "immigration" and len(dropped) == 27
    with open_sheet(shared_file("uploads/invalid_rows.xlsx")) as sheet:
        samples = sheet.samples()
        mapping = mapping_of(match_columns(sheet.headers, samples))
        orders = date_orders_of(sheet.headers, samples, mapping)
        assert orders["head_birth_on"].order == "dmy"


@given(st.lists(st.text(max_size=30), max_size=8), st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=4))
@settings(deadline=None)
def test_any_headers_and_cells(headers: list[str], rows: list[list[str]]) -> None:
    matches = match_columns(headers, rows)
    assert [match.index for match in matches] == list(range(len(headers)))
    chosen = [match.field for match in matches if match.field]
    assert len(chosen) == len(set(chosen)) and set(chosen) <= set(FIELDS)
