"""A conformance suite for cards and readers, arranged after LD/T 6001.5-2023 (functions of the terminal interface) and
the themes of LD/T 6001.2-2023: command parameters, application firewall, anti-pull.

Cases are data: an id, a theme, a requirement in words and what is to come out. They run against the simulator in
process, against cards behind a ``pcscd``, and against real hardware. See ``docs/interface33.md``.
"""
