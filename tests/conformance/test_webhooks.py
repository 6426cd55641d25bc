"""What leaves Tandem, verified by the reference library of Standard Webhooks in JavaScript."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from services.chassis.settings import Installation
from tests.directory.receiving import HOURS, rehearsing

HERE = Path(__file__).parent
LIBRARY = HERE / "node_modules/standardwebhooks"
NODE, NPM = shutil.which("node"), shutil.which("npm")
AWAY = ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH")

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]


@pytest.fixture(scope="module", autouse=True)
def library() -> None:
    """Installed from its lock where it is not there already."""
    if not NODE or not NPM:
        pytest.skip("no Node.js on this machine, for which the library is written")
    if LIBRARY.is_dir():
        return
    install = [NPM, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(install, cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode and any(why in done.stderr for why in AWAY):
        pytest.skip("no package index answers, from which the library could be installed")
    assert not done.returncode, done.stderr


def verified(secret: str, headers: dict[str, str], body: str) -> str:
    said = json.dumps({"secret": secret, "headers": headers, "body": body})
    assert NODE
    done = subprocess.run(
        [NODE, "verify.mjs"], cwd=HERE, input=said, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


async def test_a_webhook_is_verified_by_the_library_in_javascript(
    installation: Installation,
) -> None:
    async with rehearsing(installation) as hr:
        made = await hr.subscribe()
        await hr.tell()
        await hr.sender.send_all_due()

    [body], [headers] = hr.receiver.bodies, hr.receiver.headers
    assert verified(made.secret, headers, body) == HOURS
    assert verified(made.secret, headers, body + " ") == "refused: No matching signature found"
    late = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 3600)}
    assert verified(made.secret, late, body) == "refused: Message timestamp too old"
