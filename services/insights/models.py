"""The read models of this service, with all that is folded into them."""

from __future__ import annotations

from typing import Any

from services.chassis.folding import ReadModel
from services.insights import doings, following, pool, searching, standing
from services.insights.directory import departments, establishments, staff
from services.insights.involvements import involvements
from services.insights.partners import partners
from services.insights.projects import projects
from services.insights.requests import requests

FOLDED_BESIDE = (
    doings,
    following,
    pool,
    searching,
    standing,
)  # folds that register by being imported

MODELS: dict[str, ReadModel[Any]] = {
    model.name: model
    for model in (
        requests, partners, involvements, projects, departments, staff, establishments,
    )
}  # fmt: skip
