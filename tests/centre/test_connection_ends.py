"""A connection that is gone before TLS has begun leaves nothing behind."""

from __future__ import annotations

import gc
import select
import socket
import ssl
import struct

import pytest

from terminal.centre.transport import ClosingSocket


def test_a_reset_before_the_handshake_leaves_no_descriptor_open() -> None:
    """Warnings are errors here: an unclosed socket would fail this test when it is collected."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = ClosingSocket
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        select.select([ours], [], [], 10)
        descriptor = ours.fileno()
        with pytest.raises(ConnectionResetError):
            context.wrap_socket(ours, server_hostname="127.0.0.1")
    with pytest.raises(OSError, match="Bad file descriptor"):
        socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM)
    gc.collect()
