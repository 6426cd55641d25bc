"""A process that reads a ledger for another: asked on its input, it answers on its output.

What it is given first is the address of the database, which no command line shows.
"""

from __future__ import annotations

import pickle
import sys
from typing import BinaryIO

from services.cli.proving.reading import Reader


def work(asked: BinaryIO, told: BinaryIO) -> None:
    """Until nobody asks any more."""
    reader = Reader(pickle.load(asked))
    while True:
        try:
            question = pickle.load(asked)
        except EOFError:
            return
        answer: object
        try:
            answer = reader.answer(question)
        except Exception as error:
            answer = error
        pickle.dump(answer, told)
        told.flush()


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer)
