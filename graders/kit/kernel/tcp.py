"""What a check's network still has to deliver, read from outside in `/proc`."""

from pathlib import Path

# States of include/net/tcp_states.h.
_SYN_SENT, _SYN_RECV, _TIME_WAIT, _LISTEN = "02", "03", "06", "0A"


def nothing_in_kernel(pid: int, port: int) -> bool:
    """Return whether no byte, and no connection, is on its way to or from `port`.

    Read from `/proc/<pid>/net/tcp` (Documentation/networking/proc_net_tcp.rst), which shows both
    ends of every connection in the network of that process. Loopback delivers at once, but for an
    overloaded host: there a packet may wait, or be lost and sent again later, while both programs
    sleep; the sender's queue keeps it until it is acknowledged. Costs 10 ms where the kernel's
    table is large, so it is asked last. False also if it cannot be read.
    """
    ours = f":{port:04X}"
    try:
        lines = Path(f"/proc/{pid}/net/tcp").read_text("ascii").splitlines()[1:]
        return not any(_is_moving(line.split(), ours) for line in lines if ours in line)
    except (OSError, ValueError, IndexError):
        return False


def _is_moving(fields: list[str], ours: str) -> bool:
    _, local, remote, state, queues = fields[:5]
    if not (local.endswith(ours) or remote.endswith(ours)) or state == _TIME_WAIT:
        return False
    if state in (_SYN_SENT, _SYN_RECV):
        return True
    to_send, to_read = (int(size, 16) for size in queues.split(":"))
    # What the program has received and not read does not count; a listener's queue holds
    # connections that were not accepted yet.
    return to_send > 0 or (to_read > 0 and local.endswith(ours))
