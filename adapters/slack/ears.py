"""Whether events can come in now."""

from dataclasses import dataclass


@dataclass
class Ears:
    """Over HTTP nobody can tell, so they are always open; over sockets while a connection is."""

    open: bool = True
