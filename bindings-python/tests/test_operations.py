"""Operations and settlements as values, and the calls about them."""

import asyncio
import copy
import json
import pickle
import time
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from autoplus import (
    AsyncClient,
    Client,
    InvalidError,
    OpenedTrade,
    Operation,
    OutcomeUnknownError,
    SettledBy,
    Settlement,
    Timeouts,
    Verdict,
)
from autoplus.testing import Simulator

CREATE = "POST /guilds/{guildId}/trades"


@pytest.fixture
def hasty(sim: Simulator) -> Iterator[Client]:
    """A sender that gives up soon."""
    limits = Timeouts(call=0.4, attempt=0.2)
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, timeouts=limits) as client:
        yield client


def open_trade(sim: Simulator, client: Client, name: str, crypto: str = "ltc") -> OpenedTrade:
    return client.open_trade(sim.guild, crypto=crypto, sender=sim.sender.id, receiver=sim.receiver.id, operation=name)


def unknown(sim: Simulator, client: Client, name: str = "order:42", crypto: str = "ltc") -> Operation:
    """An operation whose answers were all lost."""
    sim.fault(CREATE, "lost_after", times=99)
    with pytest.raises(OutcomeUnknownError) as raised:
        open_trade(sim, client, name, crypto)
    sim.calm()
    assert raised.value.operation is not None
    return raised.value.operation


def test_an_operation_tells_what_was_begun(sim: Simulator, hasty: Client) -> None:
    operation = unknown(sim, hasty)
    assert (operation.name, operation.kind, operation.trade_id) == ("order:42", "open_trade", None)
    assert operation.state == "unknown"
    people = {"sender": sim.sender.id, "receiver": sim.receiver.id}
    assert dict(operation.values) == {"guild": sim.guild, "crypto": "ltc", **people}
    sent = sim.requests()[0]
    assert operation.idempotency_key == sent.headers["idempotency-key"]
    assert operation.body == sent.body
    assert operation.begun_at.tzinfo is timezone.utc
    assert timedelta() <= datetime.now(timezone.utc) - operation.begun_at < timedelta(minutes=1)
    assert hasty.pending_operations() == [operation]


def test_an_operation_is_a_value(sim: Simulator, hasty: Client) -> None:
    operation, other = unknown(sim, hasty), unknown(sim, hasty, "order:43", "btc")
    for same in (
        Operation.from_json(operation.to_json()),
        pickle.loads(pickle.dumps(operation)),
        hasty.pending_operations()[0],
    ):
        assert same == operation
        assert hash(same) == hash(operation)
        assert repr(same) == repr(operation)
        assert same.to_json() == operation.to_json()
    assert copy.copy(operation) is operation
    assert copy.deepcopy([operation])[0] is operation
    assert operation != other
    assert operation != "order:42"
    assert len({operation, other, Operation.from_json(other.to_json())}) == 2
    assert repr(operation).startswith(
        "Operation(name='order:42', kind='open_trade', state='unknown', values={'crypto':"
    )
    with pytest.raises(AttributeError):
        operation.name = "order:44"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        operation.note = "x"  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        operation.values["crypto"] = "btc"  # type: ignore[index]
    match operation:
        case Operation(name, "open_trade", None, state="unknown"):
            assert name == "order:42"
        case _:
            pytest.fail("it doesn't match")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "order:42"}'])
def test_what_is_no_operation_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="to_json"):
        Operation.from_json(text)


def test_what_is_unknown_is_settled_once(sim: Simulator, hasty: Client) -> None:
    operation = unknown(sim, hasty)
    (settlement,) = hasty.recover()
    assert (settlement.verdict, settlement.by) == ("done", "replay")
    assert settlement.verdict is Verdict.DONE
    assert settlement.by is SettledBy.REPLAY
    assert settlement.opened is not None
    assert settlement.opened.id == sim.trades()[0]["id"]
    assert (settlement.trade, settlement.execution) == (None, None)
    assert settlement.operation.state == "done"
    assert hasty.recover() == hasty.pending_operations() == []
    assert hasty.known_trades() == [settlement.opened.id]
    kept = hasty.resolve(operation)
    assert (kept.verdict, kept.by, kept.opened) == (Verdict.DONE, SettledBy.RECORD, settlement.opened)
    assert open_trade(sim, hasty, "order:42") == settlement.opened
    assert sim.check(creates=1) == []


def test_a_settlement_is_a_value(sim: Simulator, hasty: Client) -> None:
    settlement = hasty.resolve(unknown(sim, hasty))
    copied = pickle.loads(pickle.dumps(settlement))
    assert copied == settlement
    assert hash(copied) == hash(settlement)
    assert repr(copied) == repr(settlement)
    assert copied.verdict is Verdict.DONE
    assert copy.deepcopy(settlement) == settlement
    with pytest.raises(FrozenInstanceError):
        settlement.verdict = Verdict.NOT_DONE  # type: ignore[misc]
    match settlement:
        case Settlement(Operation("order:42"), Verdict.DONE, SettledBy.REPLAY, OpenedTrade(id=id)):
            assert id == sim.trades()[0]["id"]
        case _:
            pytest.fail("it doesn't match")
    told = json.loads(settlement.to_json())
    assert list(told) == ["operation", "verdict", "by", "opened", "message"]
    assert (told["verdict"], told["by"]) == ("done", "replay")
    assert told["operation"]["name"] == "order:42"
    assert told["opened"] == json.loads(settlement.opened.to_json() if settlement.opened else "")


def test_an_operation_can_be_kept_and_settled_by_another_client(sim: Simulator, hasty: Client, tmp_path: Path) -> None:
    kept = pickle.dumps(unknown(sim, hasty))
    hasty.close()
    store = f"sqlite:{tmp_path / 'shop.db'}"
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store) as client:
        settlement = client.resolve(pickle.loads(kept))
    assert (settlement.verdict, settlement.by) == ("done", "replay")
    assert sim.check(creates=1) == []


def test_what_nothing_proves_stays_unknown(sim: Simulator, sender: Client) -> None:
    trade = sender.trade(sim.open_trade(until="waitingAction").id)
    limits = Timeouts(call=0.4, attempt=0.2)
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, timeouts=limits) as client:
        sim.fault("POST /trades/{id}/confirm-action", "lost_before", times=99)
        challenge = client.request_release(trade)
        with pytest.raises(OutcomeUnknownError) as raised:
            challenge.confirm(operation="release:42")
        operation = raised.value.operation
        assert operation is not None
        assert (operation.kind, operation.trade_id) == ("release", trade.id)
        assert dict(operation.values) == {"recipient": sim.receiver.id}
        assert operation.body is None
        settlement = client.resolve(operation)
        assert (settlement.verdict, settlement.by, settlement.trade) == ("unknown", None, None)
        assert settlement.message.startswith("still unknown: ")
        assert "by" not in json.loads(settlement.to_json())
        sim.advance(3600)
        time.sleep(limits.attempt)  # What was sent may be on its way for as long as an attempt takes.
        (proven,) = client.recover()
        assert (proven.verdict, proven.by) == (Verdict.NOT_DONE, SettledBy.READING)
        assert client.pending_operations() == []
    assert sim.inspect(trade)["effects"]["actions"] == 0


def test_a_person_can_say_that_it_is_sent_again(sim: Simulator, hasty: Client) -> None:
    operation = json.loads(unknown(sim, hasty).to_json())
    operation["begunAtMillis"] -= 7_200_000
    old = Operation.from_json(json.dumps(operation))
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url) as client:
        assert client.resolve(old).verdict == "unknown"
        assert sim.check(creates=1) == []
        with pytest.raises(TypeError):
            client.resolve(old, True)  # type: ignore[call-arg]
        assert client.resolve(old, replay=True).verdict == "done"
    assert sim.check(creates=1) == []


def test_forgetting_is_for_what_nobody_is_at(sim: Simulator, hasty: Client) -> None:
    unknown(sim, hasty)
    assert hasty.forget("order:42")
    assert not hasty.forget("order:42")
    assert hasty.pending_operations() == []


def test_everything_about_operations_can_be_awaited(sim: Simulator, tmp_path: Path) -> None:
    async def main() -> None:
        limits = Timeouts(call=0.4, attempt=0.2)
        store = f"sqlite:{tmp_path / 'shop.db'}"
        people = {"sender": sim.sender.id, "receiver": sim.receiver.id}

        def client(timeouts: Timeouts | None = None) -> AsyncClient:
            account = sim.sender
            return AsyncClient(account.token, user_id=account.id, base_url=sim.base_url, store=store, timeouts=timeouts)

        async with client(limits) as hasty:
            sim.fault(CREATE, "lost_after", times=99)
            with pytest.raises(OutcomeUnknownError) as raised:
                await hasty.open_trade(sim.guild, crypto="ltc", **people, operation="order:42")
            sim.calm()
            operation = pickle.loads(pickle.dumps(raised.value)).operation
            assert await hasty.pending_operations() == [operation]
        async with client() as fresh:
            (settlement,) = await fresh.recover()
            assert settlement.verdict == "done"
            assert (await fresh.resolve(operation, replay=True)).by == "record"
            assert await fresh.known_trades() == [sim.trades()[0]["id"]]
            assert await fresh.forget("order:42")
            assert not await fresh.forget("order:42")

    asyncio.run(main())
    assert sim.check(creates=1) == []
