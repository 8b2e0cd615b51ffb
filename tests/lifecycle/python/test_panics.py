"""A defect in the native half: an exception that says so, and the rest goes on."""

import asyncio
import pickle
from typing import Any

import pytest

from autoplus import AsyncClient, BugError, Client, _native
from autoplus.testing import Simulator

PANICS: Any = getattr(_native.Call, "_panicking", None)
"""Only the dev build has it."""


@pytest.mark.parametrize("in_background", [False, True])
def test_a_panic_is_an_exception(sim: Simulator, sender: Client, in_background: bool) -> None:
    with pytest.raises(BugError, match="please report") as raised:
        PANICS(in_background).wait()
    assert isinstance(raised.value, Exception)
    assert type(pickle.loads(pickle.dumps(raised.value))) is BugError
    assert sender.stats().trades > 0


@pytest.mark.parametrize("in_background", [False, True])
def test_a_panic_in_asyncio_is_an_exception(sim: Simulator, in_background: bool) -> None:
    async def story() -> None:
        async with AsyncClient(sim.sender.token, base_url=sim.base_url) as client:
            calls = [PANICS(in_background) for _ in range(4)]

            async def make(call: Any) -> object:
                return await call

            results = await asyncio.gather(*map(make, calls), client.stats(), return_exceptions=True)
            assert [type(result).__name__ for result in results] == ["BugError"] * 4 + ["Stats"]

    asyncio.run(story())
