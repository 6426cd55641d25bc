"""One file a kind of page."""

from services.portal.pages import (
    candidacies,
    corrections,
    involvements,
    operations,
    partners,
    projects,
    replay,
    requests,
    who,
)

ROUTES = (
    who.routes,
    requests.routes,
    partners.routes,
    replay.routes,
    involvements.routes,
    projects.routes,
    candidacies.routes,
    corrections.routes,
    operations.routes,
)
