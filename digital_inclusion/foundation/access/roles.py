"""Which role may do what. A table: a new role is a new row."""

from dataclasses import dataclass
from functools import cache

from ..kernel.messages import _
from .permissions import PERMISSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role: its name for people, what it may do, and for whom it is meant."""

    code: str
    label: str
    sentence: str
    permissions: frozenset[str]
    city: bool = False  # held by people of the city or its fiscal agent; sees every partner; needs a second factor
    writes: bool = True
    time_boxed: bool = False
    assignable: bool = True


def _role(code: str, label: str, sentence: str, permissions: str, **more: bool) -> Role:
    names = frozenset(permissions.split()) | ({"session:self", "account:self"} if code != "system" else frozenset())
    unknown = names - PERMISSIONS.keys()
    if unknown:
        raise ValueError(f"role {code} names unknown permissions: {sorted(unknown)}")
    return Role(code=code, label=label, sentence=sentence, permissions=names, **more)


_NAVIGATOR = (
    "household:read household:find household:enroll household:correct delivery:record import:run "
    "evidence:answer progress:read certificate:read grant:read settings:read request:answer device:read device:request "
    "repair:work slot:read slot:offer slot:book offer:read offer:verify task:work application:work line:check "
    "radar:read voucher:read voucher:give class:read class:work note:read note:write survey:ask    "
    "grievance:note outreach:read outreach:work "
    "message:read message:send "
    "appointment:plan referral:read referral:work "
    "event_day:work"
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        _role(
            "navigator",
            _("Navigator"),
            _("Enrolls households and records what was done for them."),
            _NAVIGATOR,
        ),
        _role(
            "partner_lead",
            _("Partner lead"),
            _("Does a navigator's work, forms teams, invites colleagues and answers for the grant."),
            _NAVIGATOR + " household:hand_over household:erase donor:read donor:link donor:erase intake:manage "
            "workshop:manage balance:read team:manage people:invite people:read answer_file:run grievance:read "
            "grievance:work survey:read",
        ),
        _role(
            "technician",
            _("Technician"),
            _("Takes donated devices in, wipes, tests and grades them."),
            "device:read device:work donor:read donor:erase repair:work settings:read slot:read slot:offer slot:book",
        ),
        _role(
            "sanitization_validator",
            _("Sanitization validator"),
            _("Decides whether what a technician wiped gets its certificate."),
            "device:read sanitization:validate settings:read",
        ),
        _role(
            "program_manager",
            _("Program manager"),
            _("Steers the program: partners, grants, people, same households, progress."),
            "household:read household:find match:decide progress:read certificate:read audit:read partner:manage "
            "grant:read settings:read rules:preview people:invite people:read operations:read request:answer "
            "intake:manage device:read donor:read donor:link donor:erase workshop:manage balance:read slot:read "
            "slot:offer slot:book offer:read offer:verify offer:manage sample:draw radar:read program_end:manage "
            "voucher:read budget:manage payment:make payment:approve answer_file:run class:read note:read "
            "grievance:read grievance:work grievance:note outreach:read "
            "survey:manage survey:read "
            "message:read "
            "referral:read city_day:read",
            city=True,
        ),
        _role(
            "verifier",
            _("Verifier"),
            _("Confirms or questions evidence for the city or its fiscal agent."),
            "household:read household:find evidence:verify match:decide progress:read certificate:read grant:read "
            "settings:read offer:read class:read city_day:read",
            city=True,
        ),
        _role(
            "finance",
            _("Finance officer"),
            _("Approves what others want to pay, and notes what was really paid."),
            "voucher:read payment:approve progress:read settings:read grant:read city_day:read",
            city=True,
        ),
        _role(
            "auditor",
            _("Auditor"),
            _("Reads everything that stands behind a figure, for a limited time; changes nothing."),
            "household:read household:find progress:read certificate:read audit:read grant:read settings:read "
            "people:read device:read donor:read balance:read offer:read radar:read voucher:read class:read note:read "
            "grievance:read outreach:read "
            "survey:read "
            "message:read",
            city=True,
            writes=False,
            time_boxed=True,
        ),
        _role(
            "administrator",
            _("Administrator"),
            _("Looks after people and settings; sees no household data."),
            "people:invite people:read settings:read operations:read partner:manage grant:read",
            city=True,
        ),
        _role(
            "system",
            _("The product itself"),
            _("Commands and background work."),
            " ".join(PERMISSIONS),
            city=True,
            assignable=False,
        ),
    )
}


@cache
def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """Return everything the ``roles`` together may do; unknown roles add nothing."""
    return frozenset().union(*(ROLES[code].permissions for code in roles if code in ROLES))


@cache
def sees_every_partner(roles: frozenset[str]) -> bool:
    """Return whether one of the ``roles`` sees the rows of all partners."""
    return any(ROLES[code].city for code in roles if code in ROLES)


@cache
def needs_second_factor(roles: frozenset[str]) -> bool:
    """Return whether one of the ``roles`` may be used only after a second factor."""
    return any(ROLES[code].city and ROLES[code].assignable for code in roles if code in ROLES)
