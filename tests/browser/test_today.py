"""A navigator's morning: what now, done in place, put back."""

from datetime import timedelta

from sqlalchemy import select

from digital_inclusion.agenda.actions.tasks import open_tasks
from digital_inclusion.agenda.rules.tasks import NewTask
from digital_inclusion.foundation.database import session
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from tests.browser.conftest import Open
from tests.browser.site import Site, add_household
from tests.factories.aftercare import does
from tests.factories.world import World


def _is_late(world: World, code: str) -> None:
    household = session().scalars(select(Household).where(Household.code == code)).one()
    task = NewTask(
        kind="cliff", thing="MORNING", household_id=household.id, partner_id=world.partners["a"],
        due_on=clock.today() - timedelta(days=1), owner_id=world.users["navigator_a"],
    )  # fmt: skip
    does(world, open_tasks, who="navigator_a", tasks=[task])


def test_a_morning_on_the_phone(site: Site, visit_on_phone: Open) -> None:
    with site.behind() as world:
        _is_late(world, add_household(world, "a", "Philippa Morningside", 78, deliveries=()))
    navigator = visit_on_phone("navigator_a")
    navigator.open("/today")
    navigator.headed("Today")
    navigator.sees("Overdue", "The price goes up", "Philippa Morningside")
    row = navigator.page.locator("tr", has_text="Philippa Morningside").filter(has_text="The price goes up")
    navigator.press("Done", within=row)
    navigator.sees("Done: The price goes up")
    navigator.press("Put it back", within=navigator.page.locator(".di-undo"))
    navigator.sees("It is on the list again.", "Philippa Morningside")
    navigator.follow("Philippa Morningside")
    navigator.headed("Philippa Morningside")
