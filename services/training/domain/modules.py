"""Who learns what: by role, by level of engagement, on either side."""

from __future__ import annotations

from contracts.terms import Level, Role, Side, SystemLevel

CLOSE = (Level.COLLABORATION, Level.PARTNERSHIP)

BY_ROLE: dict[tuple[Side, Role], tuple[str, ...]] = {
    (Side.PARTNER, Role.CARE): ("confidentiality",),
    (Side.PARTNER, Role.ORGANIZATION): ("confidentiality",),
    (Side.PARTNER, Role.PEER_SUPPORTER): ("confidentiality", "peer_support", "safety_basics"),
    (Side.TEAM, Role.CARE): ("welcoming_partners",),
    (Side.TEAM, Role.ORGANIZATION): ("welcoming_partners",),
    (Side.TEAM, Role.PEER_SUPPORTER): ("welcoming_partners", "peer_supervision"),
}
BY_LEVEL: dict[tuple[Side, Level], tuple[str, ...]] = {
    **dict.fromkeys(((Side.PARTNER, level) for level in CLOSE), ("partnership_basics",)),
    (Side.TEAM, Level.PARTNERSHIP): ("deciding_together",),
}
BY_SYSTEM_LEVEL: dict[tuple[Side, SystemLevel], tuple[str, ...]] = {
    (Side.PARTNER, SystemLevel.GOVERNANCE): ("governance_basics",),
}


def modules_for(
    side: Side, role: Role, level: Level, system_level: SystemLevel | None
) -> tuple[str, ...]:
    """Never more than this role at this level needs."""
    of_system = BY_SYSTEM_LEVEL.get((side, system_level), ()) if system_level else ()
    return BY_ROLE[side, role] + BY_LEVEL.get((side, level), ()) + of_system
