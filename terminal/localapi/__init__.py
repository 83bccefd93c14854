"""The LD/T 33 functions for the other programs of the outlet, on loopback: JSON over HTTP and WebSocket.

Off unless the settings name a port. See ``docs/localapi.md``.
"""
