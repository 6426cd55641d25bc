"""Questions that arrive while another is being answered are asked together, as one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator, Mapping, Sequence

AT_ONCE = 128


class Gathered[K: Hashable, V]:
    """Answers one key at a time, by a question that takes many."""

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask = ask
        self._waiting: dict[K, list[asyncio.Future[V | None]]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """What is found under this key, asked after this call; raises what the question raises."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(answer)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all())
        return await answer

    async def _ask_all(self) -> None:
        while self._waiting:
            keys = list(self._waiting)[:AT_ONCE]
            asking = {key: self._waiting.pop(key) for key in keys}
            try:
                found = await self._ask(keys)
            except Exception as error:
                for answer in _open(asking.values()):
                    answer.set_exception(error)
            else:
                for key, answers in asking.items():
                    for answer in _open([answers]):
                        answer.set_result(found.get(key))
        self._asking = None


def _open[V](answers: Iterable[Sequence[asyncio.Future[V]]]) -> Iterator[asyncio.Future[V]]:
    """Those whose callers have not gone away meanwhile."""
    return (answer for some in answers for answer in some if not answer.done())
