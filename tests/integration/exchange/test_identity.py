"""Whose household a row is: two families never become one, and what was delivered is known again."""

from sqlalchemy import func, select

from digital_inclusion.exchange.models import ImportBatch, ImportProblem
from digital_inclusion.foundation.database import session
from digital_inclusion.households.models import Household
from tests.factories.world import World
from tests.support.files import ROW, counts, import_rows


def _codes(batch: ImportBatch) -> set[str]:
    return set(session().scalars(select(ImportProblem.code).where(ImportProblem.batch_id == batch.id)))


def _households() -> int:
    return session().scalar(select(func.count()).select_from(Household)) or 0


OTHER = ROW | {"Name": "Bo Li", "Birth date": "1970-01-01", "Phone": "(408) 555-0177", "Address": "9 Paper Owl Ln"}


def test_references_that_differ_in_case_are_two_households(world: World) -> None:
    rows = [ROW | {"Client ID": "0035e00000AbcDa"}, OTHER | {"Client ID": "0035e00000AbcDA"}]
    assert counts(import_rows(rows, world.partners["a"])) == (2, 0, 0, 0, 0, 0)
    assert counts(import_rows(rows, world.partners["a"])) == (0, 0, 2, 0, 0, 0)


def test_number_that_now_names_somebody_else_comes_back(world: World) -> None:
    import_rows([ROW], world.partners["a"])
    batch = import_rows([OTHER], world.partners["a"])
    assert counts(batch) == (0, 0, 0, 0, 1, 0)
    assert _codes(batch) == {"somebody_else"}
    assert session().scalars(select(Household)).one().phone_e164 == "+14085550101"


def test_number_that_stands_twice_in_a_file_for_two_people_takes_the_first(world: World) -> None:
    batch = import_rows([ROW, OTHER], world.partners["a"])
    assert counts(batch) == (1, 0, 0, 0, 1, 0)
    assert session().scalars(select(Household)).one().phone_e164 == "+14085550101"


def test_two_people_of_one_name_in_one_house_without_birth_dates_stay_two(world: World) -> None:
    one = ROW | {"Client ID": "", "Birth date": ""}
    batch = import_rows([one, one | {"Phone": "(408) 555-0177"}], world.partners["a"])
    assert counts(batch) == (2, 0, 0, 0, 0, 0)
    assert _households() == 2
