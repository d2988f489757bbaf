"""How Python runs in a process that answers people."""

import gc
import sys

#: Seconds a thread has the interpreter while another one wants it. The one that talks with the platforms gives it up
#: with every packet; with Python's five milliseconds it would wait behind each commit that is being prepared.
_TURN = 0.0005


def settle() -> None:
    """Once everything is loaded: short turns for its threads, and what is there now is not looked through for garbage
    again, which would hold everybody up for a tenth of a second and more, every few seconds under load."""
    sys.setswitchinterval(_TURN)
    gc.collect()
    gc.freeze()
