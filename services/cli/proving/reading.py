"""A ledger is read in as many processes as the machine has cores."""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from queue import SimpleQueue
from subprocess import PIPE, Popen
from typing import Any, Protocol

from services.chassis.database import Connection, connect

# What is done at the same time, is done here.
HABITS = {"jit": "off", "max_parallel_workers_per_gather": "0"}


class Question[Answer](Protocol):
    """What a reader can be told to read; it can be pickled, and so can its answer."""

    async def read(self, connection: Connection) -> Answer: ...


class Reader:
    """One connection, in this process."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._connection = self._runner.run(connect(url, "ledger", **HABITS))

    def answer[Answer](self, question: Question[Answer]) -> Answer:
        return self._runner.run(question.read(self._connection))

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()


class Colleague:
    """The same in a process of its own, which imports what reading needs and nothing else."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, "-m", "services.cli.proving.reader"]
        self._process = Popen(command, stdin=PIPE, stdout=PIPE, process_group=0)
        self._tell(url)

    def answer(self, question: Question[Any]) -> Any:
        """Raises what the reading raised there."""
        self._tell(question)
        assert self._process.stdout
        answer = pickle.load(self._process.stdout)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _tell(self, what: object) -> None:
        assert self._process.stdin
        pickle.dump(what, self._process.stdin)
        self._process.stdin.flush()


class Readers:
    """Whoever of them is free takes the next question."""

    def __init__(self, those: Iterable[Reader | Colleague], threads: ThreadPoolExecutor) -> None:
        self._free = SimpleQueue[Reader | Colleague]()
        self._threads = threads
        for one in those:
            self._free.put(one)

    def read[Answer](self, questions: Iterable[Question[Answer]]) -> Iterator[Answer]:
        """The answers, in the order of the questions."""
        return self._threads.map(self._answer, questions)

    def _answer[Answer](self, question: Question[Answer]) -> Answer:
        reader = self._free.get()
        try:
            return reader.answer(question)
        finally:
            self._free.put(reader)


@contextmanager
def readers(url: str, count: int) -> Iterator[Readers]:
    """So many, and at least one; `url` leads to the ledger's database."""
    with ExitStack() as ending:
        those: list[Reader | Colleague] = []
        for _ in range(count - 1):
            those.append(ending.enter_context(closing(Colleague(url))))
        those.append(ending.enter_context(closing(Reader(url))))
        yield Readers(those, ending.enter_context(ThreadPoolExecutor(len(those))))
