"""Takes descriptors out of other processes."""

from tools import adivina, call, trabaja, tried

call("pidfd_open", (434, 434), 1, 0)
call("pidfd_getfd", (438, 438), 3, 0, 0)
call("pidfd_send_signal", (424, 424), 3, 9, 0, 0)
call("process_madvise", (440, 440), 3, 0, 0, 0, 0)
tried()
