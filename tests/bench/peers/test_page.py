"""The page about speed says what was measured, and nothing else."""

from tests.bench.peers.report import PLACE, drawings, kept, told


def test_the_page_is_what_the_command_printed_of_what_it_measured() -> None:
    measured = kept()

    page = "\n\n".join(told(measured)) + "\n"

    assert (PLACE / "README.md").read_text() == page


def test_the_plots_show_what_was_measured() -> None:
    measured = kept()

    drawn = dict(drawings(measured))

    assert drawn == {name: (PLACE / name).read_text() for name in drawn}
