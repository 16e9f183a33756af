"""Federal Lifeline and ACP, their income and benefit rules alone, for OpenFisca. Run by the bench's own environment.

Prints the microseconds of one simulation: build it from a household's situation and calculate both.
"""

import json
import sys
import time
from statistics import median

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Household = build_entity(
    key="household", plural="households", label="Household", roles=[{"key": "member", "plural": "members"}]
)
Person = build_entity(key="person", plural="persons", label="Person", is_person=True)
FIRST, MORE = 15_960, 5_680  # poverty guideline of 2026
YEAR = "2026"
TIMES = 2_000


class size(Variable):
    value_type, entity, definition_period = int, Household, DateUnit.YEAR


class income(Variable):
    value_type, entity, definition_period = float, Household, DateUnit.YEAR


class gets_lifeline_benefit(Variable):
    value_type, entity, definition_period = bool, Household, DateUnit.YEAR


class gets_acp_benefit(Variable):
    value_type, entity, definition_period = bool, Household, DateUnit.YEAR


class lifeline(Variable):
    value_type, entity, definition_period = bool, Household, DateUnit.YEAR

    def formula(household, period, parameters):
        limit = (FIRST + (household("size", period) - 1) * MORE) * 1.35
        return np.logical_or(household("income", period) <= limit, household("gets_lifeline_benefit", period))


class acp(Variable):
    value_type, entity, definition_period = bool, Household, DateUnit.YEAR

    def formula(household, period, parameters):
        limit = (FIRST + (household("size", period) - 1) * MORE) * 2
        by_income = household("income", period) <= limit
        return np.logical_or(
            by_income, np.logical_or(household("lifeline", period), household("gets_acp_benefit", period))
        )


def main() -> None:
    """Simulate one household after the other."""
    system = TaxBenefitSystem([Household, Person])
    for variable in (size, income, gets_lifeline_benefit, gets_acp_benefit, lifeline, acp):
        system.add_variable(variable)
    took = []
    for place in range(TIMES):
        situation = {
            "persons": {"a": {}},
            "households": {
                "h": {
                    "members": ["a"],
                    "size": {YEAR: 1 + place % 8},
                    "income": {YEAR: 1_000.0 * (place % 90)},
                    "gets_lifeline_benefit": {YEAR: place % 3 == 0},
                    "gets_acp_benefit": {YEAR: place % 5 == 0},
                }
            },
        }
        begun = time.process_time()
        simulation = SimulationBuilder().build_from_entities(system, situation)
        simulation.calculate("lifeline", YEAR)
        simulation.calculate("acp", YEAR)
        took.append(time.process_time() - begun)
    json.dump({"microseconds": median(took) * 1e6}, sys.stdout)


if __name__ == "__main__":
    main()
