"""Lines of envelopes, as they come, in another form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from itertools import batched

from services.chassis.giving import Form, given

AT_ONCE = 500


def converted(form: Form) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
    """What makes a file of this form out of the parts of one with a line an envelope."""

    def convert(parts: Iterator[bytes]) -> Iterator[bytes]:
        async def pages() -> AsyncIterator[Sequence[bytes]]:
            for page in batched(_lines(parts), AT_ONCE, strict=False):
                yield page

        with asyncio.Runner() as runner:
            made = given(pages(), form)
            while part := runner.run(_next(made)):
                yield part

    return convert


async def _next(made: AsyncIterator[bytes]) -> bytes:
    return await anext(made, b"")


def _lines(parts: Iterator[bytes]) -> Iterator[bytes]:
    left = b""
    for part in parts:
        *whole, left = (left + part).split(b"\n")
        yield from whole
