"""The system calls that a sleeping program is found in, by their numbers."""

import platform

# Numbers from the kernel's arch/x86/entry/syscalls/syscall_64.tbl and, for arm64, its
# include/uapi/asm-generic/unistd.h.
_NUMBERS = {
    "x86_64": {
        "epoll_wait": 232, "epoll_pwait": 281, "futex": 202, "poll": 7, "read": 0, "recvfrom": 45,
        "recvmsg": 47, "wait4": 61, "waitid": 247, "accept": 43, "accept4": 288, "nanosleep": 35,
        "clock_nanosleep": 230, "open": 2, "openat": 257, "restart_syscall": 219,
    },
    "aarch64": {
        "epoll_pwait": 22, "futex": 98, "read": 63, "recvfrom": 207, "recvmsg": 212, "wait4": 260,
        "waitid": 95, "accept": 202, "accept4": 242, "nanosleep": 101, "clock_nanosleep": 115,
        "openat": 56, "restart_syscall": 128,
    },
}  # fmt: skip
NAMES = {number: name for name, number in _NUMBERS.get(platform.machine(), {}).items()}
# Opening a FIFO waits for the other end.
ENDED_BY_OTHERS = {
    *("read", "recvfrom", "recvmsg", "wait4", "waitid", "accept", "accept4", "open", "openat")
}
