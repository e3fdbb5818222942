"""The wanted port, or the next that is free."""

import socket

import pytest

from pixelmill.cli.failures import CommandFailed
from pixelmill.cli.ports import listen


def test_a_taken_port_is_told_and_the_next_one_used():
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        listening = listen("127.0.0.1", taken)
        with listening.socket:
            assert listening.port > taken
            assert listening.notice == (
                f"{taken} is in use by another program. Using {listening.port}."
            )


def test_a_free_port_needs_no_word():
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    listening = listen("127.0.0.1", free)
    with listening.socket:
        assert (listening.port, listening.notice) == (free, None)


def test_the_address_of_all_interfaces_is_shown_as_one_that_opens():
    listening = listen("0.0.0.0", 0)
    with listening.socket:
        assert listening.url == f"http://127.0.0.1:{listening.port}"
        assert listening.notice is None


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_refused_in_a_sentence(host: str):
    with pytest.raises(CommandFailed, match="no address of this machine"):
        listen(host, 0)
