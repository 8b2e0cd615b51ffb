"""A defect in the native half: an exception that says so, and the rest goes on."""

import asyncio
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from autoplus import AsyncClient, BugError, Changes, Client, Trade, _native, check_address
from autoplus.testing import Simulator

PANICS: Any = getattr(_native.Call, "_panicking", None)
PANIC_NEXT: Any = getattr(_native.Call, "_panic_next", None)
"""Only the dev build has them."""


@pytest.mark.parametrize("in_background", [False, True])
def test_a_panic_is_an_exception(sim: Simulator, sender: Client, in_background: bool) -> None:
    with pytest.raises(BugError, match="please report") as raised:
        PANICS(in_background).wait()
    assert isinstance(raised.value, Exception)
    assert type(pickle.loads(pickle.dumps(raised.value))) is BugError
    assert sender.stats().trades > 0


def test_a_panic_in_a_read_that_is_driven_here_is_an_exception(sim: Simulator, sender: Client) -> None:
    native: Any = sender._native
    assert sender.stats().trades > 0
    for _ in range(3):
        with pytest.raises(BugError, match="please report"):
            native._panicking_read().wait()
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


def test_a_panic_in_what_waits_for_nothing_is_an_exception(sim: Simulator, sender: Client) -> None:
    trade = sender.trade(sim.open_trade().id)
    changes = Changes.from_json("{}")
    direct: dict[str, Callable[[], object]] = {
        "next_step": lambda: sender.next_step(trade),
        "events": lambda: sender.events(trade.id),
        "watch": lambda: sender.watch([trade.id]),
        "set_token": lambda: sender.set_token("another"),
        "stream_stats": sender.stream_stats,
        "from_json": lambda: Trade.from_json(trade.to_json()),
        "a property": lambda: trade.amount,
        "covers": lambda: trade.covers(1, "ltc"),
        "to_json": trade.to_json,
        "changes": lambda: changes.outcome,
        "check_address": lambda: check_address("ltc", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"),
    }
    for name, call in direct.items():
        call()
        PANIC_NEXT()
        with pytest.raises(BugError, match="please report"):
            pytest.fail(f"{name} gave {call()!r}")
        call()
