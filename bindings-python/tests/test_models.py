"""Models: exact, immutable, comparable, and never reviewable once they were rebuilt."""

import copy
import json
import pickle
import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation, localcontext

import pytest

from autoplus import (
    AsyncClient,
    AutoPlusError,
    BtcFeeOption,
    Changes,
    Client,
    Crypto,
    DecodeError,
    FundExecution,
    InvalidError,
    OpenedTrade,
    Server,
    Stats,
    TermsSide,
    Timeouts,
    Trade,
    TradeEvent,
    TradeStatus,
    TradeTerms,
    Transaction,
)
from autoplus.testing import Simulator


def read(sim: Simulator, client: Client, **patches: str) -> Trade:
    opened = sim.open_trade(until="waitingAction", sender_terms="for the bike")
    sim.patch(opened, {name.replace("__", "."): text for name, text in patches.items()})
    return client.trade(opened.id)


@pytest.mark.parametrize(
    ("token", "amount"),
    [
        ("1e-7", "0.0000001"),
        ("5", "5"),
        ("0.123456789012345678", "0.123456789012345678"),
        ("12345678901234567.12345678", "12345678901234567.12345678"),
        ("0.1234567890123456789012345678901234567", "0.1234567890123456789012345678901234567"),
    ],
)
def test_money_is_exact(sim: Simulator, sender: Client, token: str, amount: str) -> None:
    assert read(sim, sender, amount=token).amount == Decimal(amount)


HUGE = "1e99999999999999999999"


def test_a_number_beyond_decimal_fails_where_it_is_read(sim: Simulator, sender: Client) -> None:
    trade = read(sim, sender, amount=HUGE, mood=HUGE)
    assert trade.status == "waitingAction"
    assert not trade.covers(0, "ltc")
    assert "amount=<unreadable>" in repr(trade)
    assert HUGE in trade.to_json()
    with localcontext() as context:
        for trapped in (True, False):
            context.traps[InvalidOperation] = trapped
            with pytest.raises(DecodeError, match=r"^Trade\.amount: "):
                _ = trade.amount
            with pytest.raises(DecodeError, match=r"^Trade\.extra: "):
                _ = trade.extra


def test_open_json_beyond_python_fails_where_it_is_read(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.events(opened.id) as events:
        next(events)
        sim.emit(opened, "trade.moved", {"nested": "here"})
        event = TradeEvent.from_json(next(events).to_json().replace('"here"', HUGE))
    with pytest.raises(DecodeError, match=r"^Changes\.value: "):
        _ = event.changes.value
    assert HUGE in event.changes.raw_json
    assert "changes=Changes(<unreadable>)" in repr(event)
    error = AutoPlusError("no", details_json=f'{{"left":{HUGE}}}')
    with pytest.raises(DecodeError, match=r"^details: .*details_json"):
        _ = error.details


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"a":1,"b":[true,false,null,"x"],"c":{"d":[]}}',
        '{ "a" : [ 1 , -0 , -7 ] , "a" : "the last one counts" }',
        '{"a":0.10,"b":-0.0,"c":1e5,"d":1E-7,"e":12345678901234567.12345678}',
        '{"a":9223372036854775807,"b":9223372036854775808,"c":-9223372036854775809}',
        r'{"\u0061b":"caf\u00e9 \ud83d\ude00 \"\\\/\n","é":"😀"}',
        r'{"half":"ship \ud83d now","of":1}',
        '{"deep":' + "[" * 40 + "1" + "]" * 40 + "}",
        '{"deeper":' + '{"a":' * 60 + "0.5" + "}" * 60 + "}",
    ],
)
def test_open_json_reads_as_python_reads_it(text: str) -> None:
    value = Changes.from_json(text).value
    assert repr(value) == repr(json.loads(text, parse_float=Decimal))


def test_values_that_come_again_are_exact_each_time(sim: Simulator, sender: Client) -> None:
    fields = json.loads(read(sim, sender).to_json())
    for at in range(6000):
        amount, received = f"{at % 900}.{at % 450:05}0", 1_700_000_000 + 60 * (at % 700)
        trade = Trade.from_json(json.dumps({**fields, "amount": amount, "receivedAt": received}))
        assert str(trade.amount) == amount
        assert trade.received_at == datetime.fromtimestamp(received, timezone.utc)


def test_every_second_is_the_one_that_python_reckons(sim: Simulator, sender: Client) -> None:
    fields = json.loads(read(sim, sender).to_json())
    epoch, chance = datetime(1970, 1, 1, tzinfo=timezone.utc), random.Random(1)
    first, last = -62_135_596_800, 253_402_300_799
    days = [first, last, 0, -1, 951_782_399, 951_782_400, 4_107_542_399, 4_107_542_400, 68_169_600]
    for seconds in days + [chance.randint(first, last) for _ in range(5000)]:
        trade = Trade.from_json(json.dumps({**fields, "openedAt": seconds}))
        assert trade.opened_at == epoch + timedelta(seconds=seconds)
        assert trade.opened_at.tzinfo is timezone.utc
    for seconds, nearest in ((first - 1, datetime.min), (last + 1, datetime.max)):
        trade = Trade.from_json(json.dumps({**fields, "openedAt": seconds}))
        assert trade.opened_at == nearest.replace(tzinfo=timezone.utc)


def test_times_are_aware(sim: Simulator, sender: Client) -> None:
    trade = read(sim, sender, openedAt="1700000000")
    assert trade.opened_at.isoformat() == "2023-11-14T22:13:20+00:00"
    assert trade.opened_at.utcoffset() == timedelta(0)


def test_what_is_unknown_stays_readable(sim: Simulator, sender: Client) -> None:
    trade = read(sim, sender, status='"waitingForGodot"', crypto='"doge"', mood='{"level":1.50,"of":10}')
    assert trade.status == "waitingForGodot"
    assert isinstance(trade.status, TradeStatus)
    assert not trade.status.is_known
    assert not trade.crypto.is_known
    assert trade.extra == {"mood": {"level": Decimal("1.50"), "of": 10}}
    assert type(trade.extra["mood"]["of"]) is int


def test_half_an_emoji_shows_as_it_is(sim: Simulator, sender: Client) -> None:
    trade = read(sim, sender, terms__sender__text=r'"ship \ud83d now"')
    assert trade.terms is not None
    assert trade.terms.sender.text == "ship \ud83d now"
    assert r"ship \ud83d now" in repr(trade)
    assert trade.terms.sender.text.encode(errors="replace").decode() == "ship ? now"
    copied = pickle.loads(pickle.dumps(trade))
    assert copied.terms.sender.text == "ship \ud83d now"


def test_half_an_emoji_can_be_confirmed_and_not_set(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade(until="waitingTermsAcceptance", receiver_terms="x")
    sim.patch(opened, {"terms.receiver.text": r'"\ud83d"'})
    trade = sender.trade(opened.id)
    with pytest.raises(InvalidError, match="nothing was sent"):
        sender.set_terms(trade, "\ud83d")
    confirmed = sender.confirm_terms(trade)
    assert confirmed.terms is not None
    assert confirmed.terms.sender.confirmed


def test_a_copy_reads_alike_and_is_refused_where_review_counts(sim: Simulator, sender: Client) -> None:
    trade = sender.trade(sim.open_trade(until="waitingTermsAcceptance").id)
    for rebuilt in (pickle.loads(pickle.dumps(trade)), Trade.from_json(trade.to_json())):
        assert rebuilt == trade
        assert hash(rebuilt) == hash(trade)
        assert repr(rebuilt) == repr(trade)
        assert trade.is_from_server
        assert not rebuilt.is_from_server
        with pytest.raises(InvalidError, match="rebuilt"):
            sender.confirm_terms(rebuilt)
    assert copy.copy(trade) is trade
    assert copy.deepcopy([trade])[0] is trade


def test_models_never_change(sim: Simulator, sender: Client) -> None:
    trade = read(sim, sender)
    with pytest.raises(AttributeError):
        trade.status = TradeStatus.COMPLETED  # type: ignore[misc]
    with pytest.raises(AttributeError):
        trade.note = "x"  # type: ignore[attr-defined]


def test_different_trades_differ(sim: Simulator, sender: Client) -> None:
    one, other = read(sim, sender), read(sim, sender)
    assert one != other
    assert one == sender.trade(one.id)
    assert one != "something else"
    assert len({one, other, sender.trade(one.id)}) == 2


def test_covers_compares_exactly(sim: Simulator, sender: Client) -> None:
    trade = read(sim, sender, amount="0.3")
    assert trade.covers(Decimal("0.3"), "ltc")
    assert trade.covers(Decimal("3e-1"), Crypto.LTC)
    assert trade.covers(0, "ltc")
    assert not trade.covers(Decimal("0.3000000000000000001"), "ltc")
    assert not trade.covers(Decimal("0.3"), "btc")
    for inexact in (0.3, True, "0.3"):
        with pytest.raises(TypeError, match=r"min_amount: .*float isn't exact"):
            trade.covers(inexact, "ltc")  # type: ignore[arg-type]
    with pytest.raises(InvalidError, match="more digits"):
        trade.covers(Decimal("0." + "1" * 40), "ltc")
    for odd in ("NaN", "Infinity"):
        with pytest.raises(InvalidError):
            trade.covers(Decimal(odd), "ltc")


def test_roles(sim: Simulator, sender: Client) -> None:
    trade = read(sim, sender)
    assert trade.role_of(sim.sender.id) == "sender"
    assert trade.role_of(sim.receiver.id) == "receiver"
    assert trade.role_of(sim.stranger.id) is None


def test_an_event_shows_its_changes(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.events(opened.id) as events:
        next(events)
        sim.emit(
            opened, "trade.moved", {"by": 1.5, "outcome": "moved", "execution": {"executionId": "x", "status": "done"}}
        )
        event = next(events)
    assert event.type == "trade.moved"
    assert "type=EventType('trade.moved')" in repr(event)
    assert not event.type.is_known
    assert event.changes.value["by"] == Decimal("1.5")
    assert '"by"' in event.changes.raw_json
    assert event.changes.outcome == "moved"
    assert event.changes.execution is not None
    assert (event.changes.execution.id, event.changes.execution.state) == ("x", "succeeded")
    assert TradeEvent.from_json(event.to_json()) == event == pickle.loads(pickle.dumps(event))
    assert event.trade.id == opened.id


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(InvalidError, match="no Trade"):
        Trade.from_json('{"id": 5}')


def test_a_time_that_python_cannot_show_reads_as_the_nearest(sim: Simulator, sender: Client) -> None:
    trade = read(sim, sender, openedAt="1764000000000")
    assert trade.opened_at.year == 9999
    assert "9999" in repr(trade)


def test_a_model_as_a_dict(sim: Simulator, sender: Client) -> None:
    trade = read(sim, sender, mood='"good"')
    shown = trade.to_dict()
    assert list(shown) == [*Trade.__match_args__, "extra"]
    assert shown["amount"] == trade.amount
    assert isinstance(shown["amount"], Decimal)
    assert shown["opened_at"] == trade.opened_at
    assert shown["terms"]["sender"]["text"] == "for the bike"
    assert shown["extra"] == {"mood": "good"}
    with sender.events(trade.id) as events:
        event = next(events).to_dict()
    assert event["trade"]["id"] == trade.id
    assert event["gap"] is None
    assert event["changes"] == {}


def test_models_match(sim: Simulator, sender: Client) -> None:
    trade = read(sim, sender)
    match trade:
        case Trade(status=TradeStatus.WAITING_ACTION, terms=TradeTerms(_, TermsSide("for the bike", confirmed=True))):
            pass
        case _:
            raise AssertionError(trade)
    for model in (BtcFeeOption, Changes, FundExecution, OpenedTrade, Server, Stats, Trade, TradeEvent, Transaction):
        assert [name for name in model.__match_args__ if not hasattr(model, name)] == []


def test_changes_are_values_too(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.events(opened.id) as events:
        next(events)
        sim.emit(opened, "trade.moved", {"by": 1.5})
        changes = next(events).changes
    assert Changes.from_json(changes.to_json()) == changes == pickle.loads(pickle.dumps(changes))
    assert hash(pickle.loads(pickle.dumps(changes, 0))) == hash(changes)
    assert changes.to_dict() == changes.value == {"by": Decimal("1.5")}
    assert copy.deepcopy(changes) is copy.copy(changes) is changes
    with pytest.raises(InvalidError, match="no Changes"):
        Changes.from_json("{")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_pickles_values_and_nothing_else(sim: Simulator, sender: Client, protocol: int) -> None:
    trade = read(sim, sender)
    values = [trade, trade.terms, *sender.transactions(), *sender.servers(), sender.stats(), Timeouts(call=3)]
    assert pickle.loads(pickle.dumps(values, protocol)) == values
    with (
        sender.stream_notes() as notes,
        sender.events(trade.id) as events,
        sender.watch([trade.id]) as watch,
    ):
        given = [next(events), next(watch), next(notes), *sender.followed_trades(), sender.stream_stats()]
        assert pickle.loads(pickle.dumps(given, protocol)) == given
        challenge = sender.request_release(trade)
        idle = AsyncClient(sim.sender.token, base_url=sim.base_url)
        apart = [idle, idle.events(trade.id), idle.watch([]), idle.stream_notes()]
        bound: object
        for bound in (sim, sender, challenge, *apart):
            assert copy.copy(bound) is copy.deepcopy(bound) is bound
        for bound in (sim, sender, challenge, *apart, events, watch, notes, challenge._native, sender._native):
            with pytest.raises(TypeError, match="can't be pickled"):
                pickle.dumps(bound, protocol)
