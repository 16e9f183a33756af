"""The file we offer to fill in: the usual columns, and one row that shows how. Pure."""

EXAMPLE = "EXAMPLE, delete this row"

# Field -> what the example says.
_COLUMNS = {
    "reference": EXAMPLE,
    "head_first_name": "Ana",
    "head_last_name": "Example",
    "head_birth_on": "1980-02-28",
    "address_line": "12 Paper Heron Way",
    "unit": "4",
    "city": "San José",
    "zip_code": "95113",
    "no_fixed_address": "",
    "phone": "(408) 555-0123",
    "email": "ana@example.org",
    "safe_contact": "text",
    "language": "Spanish",
    "enrolled_on": "2026-01-15",
    "consent_on": "2026-01-15",
    "consent_way": "signed on paper",
    "needs": "device, connection",
    "populations": "low income, aging",
    "member_2_name": "Luis Example",
    "member_2_birth_on": "2012-09-30",
    "member_3_name": "",
    "member_3_birth_on": "",
    "device_1_kind": "laptop",
    "device_1_source": "donated",
    "device_1_unit": "SN-0001",
    "device_1_on": "2026-01-20",
    "device_1_evidence_type": "signed hand over form",
    "device_1_evidence_reference": "Form 17",
    "device_1_evidence_seen_on": "2026-01-20",
    "line_1_provider": "Example Internet",
    "line_1_plan": "Basic",
    "line_1_down": "100",
    "line_1_up": "20",
    "line_1_price": "19.99",
    "line_1_on": "2026-01-22",
    "line_1_evidence_type": "bill",
    "line_1_evidence_reference": "Bill of February 2026",
    "training_1_topic": "Email and video calls",
    "training_1_hours": "4",
    "training_1_on": "2026-02-01",
    "training_1_evidence_type": "attendance sheet",
    "training_1_evidence_reference": "Sheet of February 1",
}


def template_rows() -> list[list[str]]:
    """Return headers that are matched by themselves, and the example."""
    return [[field.replace("_", " ").capitalize() for field in _COLUMNS], list(_COLUMNS.values())]
