"""A mainstream rules engine on vectors (OpenFisca-Core) at the work of `zhijian bench rules`: one month, one core, float32.

A variable a figure, each with its formula; the rates as parameters. Every round is a new simulation over the same
columns, as a new month would be; building the tax and benefit system is not counted. Nothing is settled to the fen
unless `--fen` asks for it. The last line is one JSON object.

    pip install openfisca-core
    python3 bench/rules_openfisca.py --people 1300000
"""

import argparse
import json
import statistics
import time

import numpy as np
from openfisca_core import entities, periods, taxbenefitsystems
from openfisca_core.parameters import ParameterNode
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.variables import Variable

from rules_numpy import city

MONTH = "2017-07"
RATES = {
    "pension_employer": 0.20,
    "pension_employee": 0.08,
    "pension_account": 0.08,
    "medical_employer": 0.08,
    "medical_employee": 0.02,
    "unemployment_employer": 0.007,
    "unemployment_employee": 0.003,
    "maternity_employer": 0.005,
}
CLASSES = [0.002, 0.004, 0.007, 0.009, 0.011, 0.013, 0.016, 0.019]


def parameters():
    def leaf(value):
        return {"values": {"2015-01-01": {"value": value}}}

    rates = {name: leaf(rate) for name, rate in RATES.items()}
    classes = {f"class_{number + 1}": leaf(rate) for number, rate in enumerate(CLASSES)}
    limits = {"floor": leaf(2849.35), "ceiling": leaf(14246.75)}
    return ParameterNode("", data={"rates": rates, "classes": classes, "limits": limits})


def system(settle):
    person = entities.Entity("person", "persons", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])
    system.parameters = parameters()

    def variable(name, formula=None):
        body = {"value_type": float, "entity": person, "definition_period": periods.DateUnit.MONTH, "label": name}
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (Variable,), body))

    def base(person, period, parameters):
        limits = parameters(period).limits
        return np.clip(settle(person("wage", period)), limits.floor, limits.ceiling)

    def share(name):
        return lambda person, period, parameters: settle(person("base", period) * parameters(period).rates[name])

    def injury(person, period, parameters):
        classes = parameters(period).classes
        rates = np.array([0] + [classes[f"class_{number}"] for number in range(1, 9)], dtype=np.float32)
        rate = rates[person("injury_class", period).astype(int)] * person("injury_factor", period) / 100
        return settle(person("base", period) * rate)

    def total(side, insurances):
        names = [f"{insurance}_{side}" for insurance in insurances]
        return lambda person, period: sum(person(name, period) for name in names)

    for name in ("wage", "injury_class", "injury_factor"):
        variable(name)
    variable("base", base)
    for name in RATES:
        variable(name, share(name))
    variable("injury_employer", injury)
    variable("employer", total("employer", ["pension", "medical", "unemployment", "injury", "maternity"]))
    variable("employee", total("employee", ["pension", "medical", "unemployment"]))
    return system


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--people", type=int, default=1_300_000)
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--fen", action="store_true", help="settle every figure to the fen")
    given = arguments.parse_args()
    rules = system((lambda amount: np.round(amount, 2)) if given.fen else (lambda amount: amount))
    columns = dict(zip(("wage", "injury_class", "injury_factor"), city(given.people)))
    times = []
    for _ in range(given.rounds):
        simulation = SimulationBuilder().build_default_simulation(rules, count=given.people)
        for name, column in columns.items():
            simulation.set_input(name, MONTH, column.astype(np.float32))
        start = time.perf_counter()
        for name in ("pension_account", "employer", "employee"):
            simulation.calculate(name, MONTH)
        times.append(time.perf_counter() - start)
    per_s = int(given.people / statistics.median(times))
    figures = {"bench": "rules_openfisca", "people": given.people, "rounds": given.rounds, "fen": given.fen, "per_s": per_s}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
