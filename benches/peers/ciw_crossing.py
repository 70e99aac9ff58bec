"""The reference crossing in Ciw. Prints what benches/peers/run reads.

    ciw_crossing.py SEED REPLICATIONS

The bridge is the waiting room of the last control: a truck stands on it exactly while it waits for that control, so a
node with 4 servers and a queueing capacity of 20 is 4 booths behind a bridge of 20. Ciw blocks after service where the
next node is full and lets the longest blocked go first, which is what the model asks for.

In Ciw a priority belongs to a class of customers at all nodes. Past customs there is none in the model, so a trusted
truck becomes a truck like any other when its service at customs ends (Ciw changes the class before it tries to go on).
"""

import json
import sys
from importlib.metadata import version
from math import log, sqrt

import ciw
from ciw.dists import Exponential, Gamma, Lognormal
from ciw.routing import Direct, Leave, NetworkRouting

MINUTES, FOLLOWED = 2 * 24 * 60.0, 12 * 60.0
GUARD, CUSTOMS, BEYOND, CAR_GUARD, CAR_CUSTOMS = range(5)


def lognormal(mean, cv):
    sigma = sqrt(log(1 + cv * cv))
    return Lognormal(log(mean) - sigma * sigma / 2, sigma)


TRUCK = [lognormal(5, 0.5), Gamma(1 / 0.8**2, 10 * 0.8**2), lognormal(7, 0.5), None, None]
CAR = [None, None, None, Exponential(0.5), Exponential(0.5)]
KEPT = {a: {b: float(a == b) for b in ("trusted", "truck", "car")} for a in ("trusted", "truck", "car")}
NO_LONGER_TRUSTED = {**KEPT, "trusted": KEPT["truck"]}
# At the node after a change Ciw wants a matrix, too, or it looks for the truck among the trusted.
CHANGES = [{}, NO_LONGER_TRUSTED, KEPT, {}, {}]


def arrivals(node, per_minute):
    return [Exponential(per_minute) if n == node else None for n in range(5)]


def served(laws):
    """Ciw wants a law at every node, also where nobody of the class comes."""
    return [law or Exponential(1.0) for law in laws]


ROUTE = NetworkRouting([Direct(CUSTOMS + 1), Direct(BEYOND + 1), Leave(), Direct(CAR_CUSTOMS + 1), Leave()])
NETWORK = ciw.create_network(
    arrival_distributions={
        "trusted": arrivals(GUARD, 0.1),
        "truck": arrivals(GUARD, 0.4),
        "car": arrivals(CAR_GUARD, 3.0),
    },
    service_distributions={"trusted": served(TRUCK), "truck": served(TRUCK), "car": served(CAR)},
    routing={"trusted": ROUTE, "truck": ROUTE, "car": ROUTE},
    number_of_servers=[3, 6, 4, 8, 8],
    queue_capacities=[float("inf"), float("inf"), 20, float("inf"), float("inf")],
    priority_classes={"trusted": 0, "truck": 1, "car": 1},
    class_change_matrices=CHANGES,
)


class Crossing:
    def __init__(self, seed):
        ciw.seed(seed)
        simulation = ciw.Simulation(NETWORK)
        simulation.simulate_until_max_time(MINUTES + FOLLOWED)
        self.times = []
        self.stage_visits = 0
        self.complete = True
        for traveller in simulation.get_all_individuals():
            records = traveller.data_records
            self.stage_visits += len(records)
            if traveller.starting_node == GUARD + 1:
                appeared = records[0].arrival_date if records else traveller.arrival_date
                if appeared < MINUTES:
                    self.complete &= len(records) == 3
                    self.times.append(records[-1].exit_date - appeared)


def main():
    seed, replications = int(sys.argv[1]), int(sys.argv[2])
    runs = [Crossing(seed * 1_000_003 + replication) for replication in range(replications)]
    if not all(run.complete for run in runs):
        sys.exit("a truck that counts is still inside: follow them longer")
    print(
        json.dumps(
            {
                "version": f"Ciw {version('ciw')}, Python {sys.version.split()[0]}",
                "stage_visits": sum(run.stage_visits for run in runs),
                "truck_minutes": [sum(run.times) / len(run.times) for run in runs],
            }
        )
    )


if __name__ == "__main__":
    main()
