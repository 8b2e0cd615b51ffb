"""What only a process of its own shows: exit, and Ctrl-C at the prompt's level."""

import signal
import time

from autoplus.testing import Simulator
from conftest import Program


def test_an_open_stream_does_not_keep_the_process(sim: Simulator, start: Program) -> None:
    opened = sim.open_trade()
    program = f"""
from autoplus import Client
client = Client.from_env()
events = client.events("{opened.id}")
print(next(events).type)
"""
    out, err = start(program).communicate(timeout=10)
    assert (out, err) == ("trade.snapshot\n", "")


def test_ctrl_c_ends_the_program_and_its_mutation_is_let_finish(sim: Simulator, start: Program) -> None:
    opened = sim.open_trade(until="waitingTermsAcceptance")
    sim.fault("PUT /trades/{id}/terms", "slow", seconds=0.6)
    program = f"""
from autoplus import Client
client = Client.from_env()
trade = client.trade("{opened.id}")
print("ready", flush=True)
client.set_terms(trade, "for the bike")
"""
    process = start(program)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert "KeyboardInterrupt" in err
    assert sim.sender.token not in err
    assert [request.status for request in sim.requests() if request.method == "PUT"] == [200]
