"""How long a property is looked for, and from which seed: always the same one, unless asked."""

import os
from random import randrange

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

UNSHRUNK = [phase for phase in Phase if phase is not Phase.explain]


def depth(examples: int, steps: int = 50) -> settings:
    """TANDEM_SEED=any takes another seed each time, and prints it; a number takes that one."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=chosen() is None,
        database=None,
        deadline=None,
        print_blob=True,
        phases=UNSHRUNK,
        suppress_health_check=list(HealthCheck),
    )


def chosen() -> int | None:
    """The seed that was asked for."""
    if (asked := os.environ.get("TANDEM_SEED")) is None:
        return None
    if not asked.isdigit():
        os.environ["TANDEM_SEED"] = asked = str(randrange(2**32))
        print(f"TANDEM_SEED={asked}")  # noqa: T201
    return int(asked)


def explore(machine: type[RuleBasedStateMachine], examples: int, steps: int) -> None:
    """Raises what broke, with the steps that lead to it."""
    if (number := chosen()) is not None:
        machine = seed(number)(machine)
    run_state_machine_as_test(machine, settings=depth(examples, steps))
