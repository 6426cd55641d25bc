"""One file a kind of page."""

from services.portal.pages import (
    candidacies,
    codes,
    consents,
    corrections,
    deliveries,
    demonstration,
    entering,
    involvements,
    journal,
    operations,
    partners,
    projects,
    replay,
    representing,
    requests,
    rights,
    sessions,
    sharing,
    subscribing,
    welcome,
)

ROUTES = (
    codes.routes,  # before the doors, whose addresses would take its own
    entering.routes,
    demonstration.routes,
    sessions.routes,
    welcome.routes,
    requests.routes,
    partners.routes,
    replay.routes,
    involvements.routes,
    projects.routes,
    candidacies.routes,
    consents.routes,
    representing.routes,
    sharing.routes,
    corrections.routes,
    journal.routes,
    operations.routes,
    subscribing.routes,  # before the deliveries, whose addresses would take its own
    deliveries.routes,
    rights.routes,
)
