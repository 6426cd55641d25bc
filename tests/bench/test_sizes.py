"""The page about growing logs says what was found, and nothing else."""

from tests.bench.sizes import Findings


def test_each_row_is_told_at_every_size_with_how_it_grew() -> None:
    found = Findings("python -m tests.bench.growth 10 1000", "2 cores", 0.25)
    found.at(10)
    found.tell("verify, a fact", 4.0, "µs")
    found.at(1000)
    found.tell("verify, a fact", 10.0, "µs")
    found.tell("rebuild of requests, a fact", 1234.5, "µs")

    page = found.page(to_file=False)

    assert "`python -m tests.bench.growth 10 1000`, in one run on one machine: 2 cores" in page
    assert page.splitlines()[-4:] == [
        "|  | 10 facts | 1,000 facts | times |",
        "| --- | ---: | ---: | ---: |",
        "| verify, a fact (µs) | 4.00 | 10.0 | 2.5 |",
        "| rebuild of requests, a fact (µs) | – | 1,234 | – |",
    ]
