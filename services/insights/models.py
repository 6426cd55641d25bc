"""The read models of this service, with all that is folded into them."""

from __future__ import annotations

from typing import Any

from services.chassis.folding import ReadModel
from services.insights import (
    allowing,
    contacting,
    doings,
    employed,
    following,
    merging,
    pool,
    rights,
    searching,
    shared,
    signing,
    standing,
    working,
)
from services.insights.directory import departments, establishments
from services.insights.involvements import involvements
from services.insights.partners import partners
from services.insights.projects import projects
from services.insights.requests import requests
from services.insights.staff import staff

FOLDED_BESIDE = (
    allowing,
    contacting,
    doings,
    employed,
    following,
    merging,
    pool,
    searching,
    shared,
    signing,
    standing,
    working,
)  # folds that register by being imported

MODELS: dict[str, ReadModel[Any]] = {
    model.name: model
    for model in (
        requests, partners, involvements, projects, departments, staff, establishments,
        rights.dispositions, rights.rights_requests, rights.holds, rights.incidents,
    )
}  # fmt: skip
