"""The demo's organizations and people. All invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organization:
    """A partner: its name, how much of the work it does, the languages it is known for, its staff.

    ``districts``: where it takes requests for help, none: everywhere. ``line``: the end of its invented phone number.
    """

    name: str
    weight: int
    languages: frozenset[str]
    lead: str
    navigators: tuple[str, ...]
    line: int = 0
    districts: tuple[str, ...] = ()

    @property
    def phone(self) -> str:
        """Return the number that residents may call; numbers from 555-0100 to 0199 are nobody's."""
        return f"(408) 555-01{self.line:02}"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody to sign in as, for a first look."""

    email: str
    name: str
    role: str
    partner: str


PASSWORD = "open the demo door"  # noqa: S105 - printed for everybody; of a demo only
CITY, FISCAL_AGENT = "CITY", "TRUST"
FUND = "Digital Inclusion Fund"

PARTNERS: dict[str, Organization] = {
    "DEMO": Organization(
        "Demo Community Center", 20, frozenset({"en", "es", "tl"}), "Dana Whitlow", ("Nadia Marsh", "Luis Ceballos"), 10
    ),
    "RIVERS": Organization(
        "Two Rivers Neighbors",
        18,
        frozenset({"es"}),
        "Elena Saldívar",
        ("Marco Lerma", "Inés Ávalos"),
        20,
        ("3", "5", "7"),
    ),
    "HOAMAI": Organization(
        "Hoa Mai Family House", 16, frozenset({"vi"}), "Trần Minh Đức", ("Phạm Yến Nhi", "Lê Gia Hân"), 30
    ),
    "LANTERN": Organization(
        "Paper Lantern Association", 12, frozenset({"zh", "yue"}), "Grace Leung", ("Fung Wing-Yan",), 40
    ),
    "BAYANI": Organization("Bayani Circle", 8, frozenset({"tl"}), "Corazon Salonga", ("Rommel Gatdula",), 50),
    "KEYS": Organization(
        "Silver Keys Club", 10, frozenset({"en"}), "Joan Fairchild", ("Otis Renner",), 60, ("1", "6", "9", "10")
    ),
    "BRIDGES": Organization(
        "New Bridges Welcome Desk",
        8,
        frozenset({"fa", "am", "ru", "so", "hi", "ko"}),
        "Helen Abebe",
        ("Dmitri Tkach",),
        70,
    ),
    "SECOND": Organization("Second Start Workshop", 8, frozenset({"en", "es"}), "Curtis Boone", ("Raúl Tejeda",), 80),
}
# One sign-in per role, printed at the end; the first four work for the partner DEMO.
SIGN_INS: tuple[SignIn, ...] = (
    SignIn("navigator@example.org", "Nadia Marsh", "navigator", "DEMO"),
    SignIn("lead@example.org", "Dana Whitlow", "partner_lead", "DEMO"),
    SignIn("technician@example.org", "Theo Lindqvist", "technician", "DEMO"),
    SignIn("validator@example.org", "Wanda Osei", "sanitization_validator", "DEMO"),
    SignIn("verifier@example.org", "Vera Pemberton", "verifier", FISCAL_AGENT),
    SignIn("manager@example.org", "Priya Hadley", "program_manager", CITY),
    SignIn("finance@example.org", "Felix Okafor", "finance", CITY),
    SignIn("auditor@example.org", "Aldo Quigley", "auditor", CITY),
    SignIn("administrator@example.org", "Ada Kessler", "administrator", CITY),
)
SECOND_VERIFIER = SignIn("verifier2@example.org", "Malcolm Sorrell", "verifier", CITY)


def partner_for(language: str) -> dict[str, int]:
    """Return how likely each partner is to meet a household of that language."""
    return {code: one.weight * (6 if language in one.languages else 1) for code, one in PARTNERS.items()}


def everybody() -> list[SignIn]:
    """Return all people of the demo, those of ``SIGN_INS`` first."""
    people = [*SIGN_INS, SECOND_VERIFIER]
    known = {one.name for one in people}
    for code, organization in PARTNERS.items():
        staff = [
            (organization.lead, "partner_lead", "lead"),
            *((n, "navigator", "navigator") for n in organization.navigators),
        ]
        people += [
            SignIn(f"{short}{place or ''}.{code.lower()}@example.org", name, role, code)
            for place, (name, role, short) in enumerate(staff)
            if name not in known
        ]
    return people
