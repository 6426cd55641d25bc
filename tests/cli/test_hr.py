import json
from hashlib import sha256
from pathlib import Path

from tests.cli.terminal import Terminal

LINES = [f"E{n};Élodie Roy {n};DSI" for n in range(40)]


def written(folder: Path, lines: list[str]) -> Path:
    """A folder as HR leaves it at night, from a spreadsheet that knows no UTF-8."""
    text = "\r\n".join(["Matricule;Nom complet;Service", *lines]).encode("cp1252")
    (folder / "staff.csv").write_bytes(text)
    manifest = {"source": "hr-night", "rows": len(lines), "sha256": sha256(text).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_nightly_folder_is_tried_loaded_held_back_and_released(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    here = ("--establishment", establishment)
    assert tandem("establishment", "add", establishment, "Un institut").code == 0
    assert tandem("hr", "source", "hr-night", *here).code == 0

    tried = tandem("hr", "load", written(tmp_path, LINES), *here, "--dry-run")
    loaded = tandem("hr", "load", tmp_path, *here)
    held = tandem("hr", "load", written(tmp_path, LINES[:20]), *here, "--names")
    released = tandem("hr", "load", tmp_path, *here, "--release", "--json")

    assert (tried.code, loaded.code, held.code, released.code) == (0, 0, 3, 0), held.err
    assert "rien n’a été changé" in tried.out
    assert "Élodie Roy 39" in held.out
    assert released.told["counts"]["left"] == 20
    assert "quarantined" not in tandem("hr", "runs", *here).out


def test_a_file_without_a_source_is_refused_plainly(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("Matricule;Nom complet\n1;Lise Morin\n")

    refused = tandem("hr", "load", file, "--establishment", establishment)

    assert refused.code == 1
    assert "--source" in refused.err
    assert "Traceback" not in refused.err
