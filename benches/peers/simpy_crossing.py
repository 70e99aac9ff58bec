"""The reference crossing in SimPy. Prints what benches/peers/run reads.

    simpy_crossing.py SEED REPLICATIONS
"""

import json
import sys
from math import log, sqrt
from random import Random

import simpy

MINUTES, FOLLOWED = 2 * 24 * 60.0, 12 * 60.0


def lognormal(mean, cv):
    """mu and sigma of a lognormal law with this mean and coefficient of variation."""
    sigma = sqrt(log(1 + cv * cv))
    return log(mean) - sigma * sigma / 2, sigma


GUARD = lognormal(5, 0.5)
CUSTOMS = 1 / 0.8**2, 10 * 0.8**2  # gamma: shape and scale
BEYOND = lognormal(7, 0.5)


class Crossing:
    def __init__(self, seed):
        self.random = Random(seed)
        self.env = simpy.Environment()
        self.border_guard = simpy.PriorityResource(self.env, 3)
        self.customs = simpy.PriorityResource(self.env, 6)
        self.bridge = simpy.Resource(self.env, 20)
        self.beyond = simpy.Resource(self.env, 4)
        self.car_guard = simpy.Resource(self.env, 8)
        self.car_customs = simpy.Resource(self.env, 8)
        self.counted = 0  # trucks that appeared within MINUTES
        self.times = []  # of those of them that are out
        self.stage_visits = 0
        self.env.process(self.trucks())
        self.env.process(self.cars())
        self.env.run(until=MINUTES + FOLLOWED)

    def trucks(self):
        env, gap = self.env, self.random.expovariate
        while True:
            yield env.timeout(gap(0.5))
            env.process(self.truck())

    def cars(self):
        env, gap = self.env, self.random.expovariate
        while True:
            yield env.timeout(gap(3))
            env.process(self.car())

    def truck(self):
        env, random = self.env, self.random
        appeared = env.now
        self.counted += appeared < MINUTES
        priority = 0 if random.random() < 0.2 else 1

        with self.border_guard.request(priority) as booth:
            yield booth
            yield env.timeout(random.lognormvariate(*GUARD))

        with self.customs.request(priority) as booth:
            yield booth
            yield env.timeout(random.gammavariate(*CUSTOMS))
            place = self.bridge.request()
            yield place  # held at customs while the bridge is full

        with self.beyond.request() as booth:
            yield booth
            self.bridge.release(place)
            yield env.timeout(random.lognormvariate(*BEYOND))

        self.stage_visits += 3
        if appeared < MINUTES:
            self.times.append(env.now - appeared)

    def car(self):
        env, random = self.env, self.random
        with self.car_guard.request() as booth:
            yield booth
            yield env.timeout(random.expovariate(0.5))
        with self.car_customs.request() as booth:
            yield booth
            yield env.timeout(random.expovariate(0.5))
        self.stage_visits += 2


def main():
    seed, replications = int(sys.argv[1]), int(sys.argv[2])
    runs = [Crossing(f"{seed} {replication}") for replication in range(replications)]
    if any(run.counted != len(run.times) for run in runs):
        sys.exit("a truck that counts is still inside: follow them longer")
    print(
        json.dumps(
            {
                "version": f"SimPy {simpy.__version__}, Python {sys.version.split()[0]}",
                "stage_visits": sum(run.stage_visits for run in runs),
                "truck_minutes": [sum(run.times) / len(run.times) for run in runs],
            }
        )
    )


if __name__ == "__main__":
    main()
