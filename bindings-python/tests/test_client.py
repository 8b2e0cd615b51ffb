"""Setting up a client, ending it, and what it never shows."""

import pickle
from pathlib import Path
from typing import Any

import pytest

import autoplus
from autoplus import AuthenticationError, Client, ClosedError, InvalidError, Timeouts, steps
from autoplus.testing import Simulator


def test_without_a_token_only_public_calls_work(sim: Simulator) -> None:
    with Client(base_url=sim.base_url) as client:
        assert client.servers()[0].id == sim.guild
        with pytest.raises(AuthenticationError, match="needs an API token"):
            client.trade("1")


def test_the_environment_sets_a_client_up(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOPLUS_TOKEN", sim.sender.token)
    monkeypatch.setenv("AUTOPLUS_USER_ID", sim.sender.id)
    monkeypatch.setenv("AUTOPLUS_BASE_URL", sim.base_url)
    opened = sim.open_trade(until="waitingAction")
    with Client.from_env() as client:
        assert client.user_id == sim.sender.id
        assert client.next_step(client.trade(opened.id)) == steps.MayRelease()
    with Client.from_env(token=sim.receiver.token, user_id=sim.receiver.id) as client:
        assert client.next_step(client.trade(opened.id)) == steps.MayReturn()


def test_each_setting_reaches_the_client(tmp_path: Path) -> None:
    refused: list[dict[str, Any]] = [
        {"token": "two words"},
        {"user_id": "../x"},
        {"base_url": "http://example.com/v1"},
        {"proxy": "::"},
        {"ca_file": tmp_path / "missing.pem"},
        {"store": "postgres://shop"},
        {"timeouts": Timeouts(call=-1)},
        {"timeouts": Timeouts(attempt=float("nan"))},
    ]
    for settings in refused:
        with pytest.raises(InvalidError):
            Client(**settings)
    with pytest.raises(InvalidError, match=r"^timeouts\.call: 1e300 is"):
        Client(timeouts=Timeouts(call=1e300))
    with pytest.raises(TypeError, match=r"^timeouts: expected Timeouts and got tuple$"):
        Client(timeouts=(1, 2, 3, 4, 5))  # type: ignore[arg-type]


def test_a_challenge_shows_what_can_be_chosen(sim: Simulator, receiver: Client) -> None:
    trade = receiver.trade(sim.open_trade(until="waitingAddress", crypto="btc").id)
    challenge = receiver.request_claim(trade, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    assert len(challenge.fee_options) > 1
    assert all(repr(option) in repr(challenge) for option in challenge.fee_options)


def test_a_closed_client_refuses(sim: Simulator) -> None:
    with Client(sim.sender.token, base_url=sim.base_url) as client:
        pass
    with pytest.raises(ClosedError):
        client.servers()
    with pytest.raises(ClosedError):
        client.events("1")
    client.close()


def test_the_token_can_be_replaced(sim: Simulator) -> None:
    opened = sim.open_trade()
    with Client("sim-token-nobody", base_url=sim.base_url) as client:
        with pytest.raises(AuthenticationError) as raised:
            client.trade(opened.id)
        assert raised.value.status == 401
        client.set_token(sim.sender.token)
        assert client.trade(opened.id).sender == sim.sender.id


def test_names_protect_from_swapping(sim: Simulator, sender: Client) -> None:
    with pytest.raises(TypeError):
        sender.open_trade(sim.guild, "ltc", sim.sender.id, sim.receiver.id)  # type: ignore[call-arg]


def test_a_named_operation_opens_one_trade(sim: Simulator, sender: Client) -> None:
    def again() -> str:
        order = {"crypto": "ltc", "sender": sim.sender.id, "receiver": sim.receiver.id, "operation": "order:42"}
        return sender.open_trade(sim.guild, **order).id

    assert again() == again()
    with pytest.raises(InvalidError):
        sender.open_trade(sim.guild, crypto="btc", sender=sim.sender.id, receiver=sim.receiver.id, operation="order:42")
    assert sender.forget("order:42")
    assert not sender.forget("order:42")
    assert sender.pending_operations() == []


def test_nothing_secret_is_ever_shown(sim: Simulator, sender: Client) -> None:
    trade = sender.trade(sim.open_trade(until="waitingAction").id)
    challenge = sender.request_release(trade)
    shown = repr([sender, challenge, sim.sender, trade, sender.events(trade.id)])
    assert sim.sender.token not in shown
    assert "***" in repr(challenge)
    challenge.confirm()
    body = next(request.body for request in sim.requests() if request.path.endswith("/confirm-action"))
    assert body is not None
    sent = body.split('"confirmationCode":"')[1].split('"')[0]
    assert sent not in repr(challenge)
    assert not any(sent in str(getattr(challenge, name, "")) for name in dir(challenge))


def test_nothing_that_acts_can_be_pickled(sim: Simulator, sender: Client) -> None:
    trade = sender.trade(sim.open_trade(until="waitingAction").id)
    for acting in (sender, sender.request_release(trade), sender.events(trade.id), sim):
        with pytest.raises(TypeError, match="pickle"):
            pickle.dumps(acting)


def test_every_name_of_the_package_is_there() -> None:
    assert all(hasattr(autoplus, name) for name in autoplus.__all__)
    assert sorted(autoplus.__all__) == list(autoplus.__all__)
