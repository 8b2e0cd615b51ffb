"""Addresses are checked before anything is sent."""

import pytest

from autoplus import AddressCheck, Client, Crypto, InvalidError, check_address
from autoplus.testing import Simulator


def test_an_address_reads_as_its_network_writes_it() -> None:
    check = check_address(Crypto.LTC, "LTC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KGMN4N9")
    assert check == AddressCheck("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", ())


def test_what_is_odd_is_told() -> None:
    check = check_address("eth", "0x" + "ab" * 20)
    kinds = {warning.kind: warning for warning in check.warnings}
    assert "no_checksum" in kinds
    assert "compare every character" in str(kinds["no_checksum"])
    networks = kinds["several_networks"].networks if "several_networks" in kinds else ("told",)
    assert networks
    assert [warning.kind for warning in check_address("doge", "anything").warnings] == ["unchecked"]


def test_a_wrong_address_is_refused_and_nothing_is_sent(sim: Simulator, receiver: Client) -> None:
    trade = receiver.trade(sim.open_trade(until="waitingAddress").id)
    sim.requests(clear=True)
    wrong = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n8"
    with pytest.raises(InvalidError):
        check_address("ltc", wrong)
    with pytest.raises(InvalidError, match="nothing was sent"):
        receiver.request_claim(trade, wrong)
    assert not sim.requests()
