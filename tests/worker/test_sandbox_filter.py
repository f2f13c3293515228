"""The system call filter: its numbers, its decisions, and calls through other tables."""

import errno
import platform
import re
import signal
import socket
import struct
from collections.abc import Iterable
from pathlib import Path

import pytest

from graders.limits import Limits
from tests.worker.running import program, run_program
from worker.inside import linux, seccomp
from worker.inside.syscalls import AARCH64, X86_64
from worker.sandboxes import Zygote

IN_ZYGOTE = pytest.mark.asyncio(loop_scope="module")
X86 = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="machine code of another architecture"
)
NAMESPACES = {0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000}
HEADERS = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), X86_64),
    "aarch64": (Path("/usr/include/asm-generic/unistd.h"), AARCH64),
}


@pytest.mark.parametrize("machine", HEADERS)
def test_the_numbers_match_the_kernels_headers(machine: str) -> None:
    header, table = HEADERS[machine]
    if not header.is_file():
        pytest.skip("the kernel's headers are not installed")
    defined = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    numbers = {name: int(number) for name, number in defined}
    numbers.setdefault("newfstatat", numbers.get("fstatat", -1))

    assert {n: v for n, v in table.items() if numbers.get(n) != v} == {}


def test_every_call_that_the_filter_names_has_a_number() -> None:
    assert [name for name in seccomp.ALLOWED if name not in X86_64] == []
    for table in (X86_64, AARCH64):
        assert {rule.call for rule in seccomp.RULES} | set(seccomp.REFUSED) <= set(table)


def decide(
    call: int, *arguments: int, architecture: int | None = None, network: bool = True
) -> int:
    """Evaluate both filters of a check as the kernel does; return the action that it takes.

    That is the stricter action; of two equal ones, that of the filter installed later.
    """
    filters = (seccomp.build_check_filter(network=network), seccomp.build_starter_filter())
    answers = [_walk(steps, call, arguments, architecture) for steps in filters]
    return min(answers, key=lambda answer: [0x8000, 0x0005, 0x7FFF].index(answer >> 16))


def _walk(filter_: bytes, call: int, arguments: tuple[int, ...], architecture: int | None) -> int:
    known = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[platform.machine()]
    words = [a & 0xFFFFFFFFFFFFFFFF for a in (*arguments, *[0] * (6 - len(arguments)))]
    data = struct.pack("<iIQ6Q", call, architecture or known, 0, *words)
    steps = list(struct.iter_unpack("HBBI", filter_))
    at = held = 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == 0x20:
            held = struct.unpack_from("<I", data, value)[0]
        elif code == 0x54:
            held &= value
        elif code == 0x06:
            return int(value)
        else:
            holds = {0x15: held == value, 0x35: held >= value, 0x25: held > value}[code]
            at += if_true if holds else if_false


def test_every_call_that_is_not_named_fails_with_enosys() -> None:
    named = {linux.NUMBERS[n] for n in (*seccomp.ALLOWED, *seccomp.REFUSED) if n in linux.NUMBERS}
    named |= {linux.NUMBERS[rule.call] for rule in seccomp.RULES}
    allowed = {linux.NUMBERS[n] for n in seccomp.ALLOWED if n in linux.NUMBERS}

    for number in range(600):
        answer = decide(number)
        assert (answer == 0x7FFF0000) >= (number in allowed), number
        if number not in named:
            assert answer == 0x00050000 | errno.ENOSYS, number


def test_a_check_may_not_make_the_starters_calls() -> None:
    extra = [*seccomp.STARTER_CALLS, *(rule.call for rule in seccomp.STARTER_RULES)]
    usual = {rule.call for rule in seccomp.RULES}

    for name in extra:
        if name not in usual:
            for argument in (0, linux.NEWPID, linux.NEWUSER | linux.NEWNS):
                answer = decide(linux.NUMBERS[name], argument, argument)
                assert answer == 0x00050000 | errno.ENOSYS, name


def test_without_a_network_no_socket_gets_an_address() -> None:
    for name in seccomp.NETWORK:
        answer = decide(linux.NUMBERS[name], 1, network=False)
        assert answer == 0x00050000 | errno.EPERM, name
    assert decide(linux.NUMBERS["socketpair"], 1, network=False) == 0x7FFF0000


@pytest.mark.parametrize("rule", seccomp.RULES, ids=lambda rule: rule.call)
def test_a_rule_compares_all_bits_that_the_kernel_reads(rule: seccomp.Rule) -> None:
    number, before = linux.NUMBERS[rule.call], [0] * rule.argument

    for value in rule.values:
        assert decide(number, *before, value) == 0x7FFF0000
        assert decide(number, *before, value | 1 << 32) == 0x7FFF0000  # the kernel drops the bit
    refused = linux.NEWUSER if rule.call == "clone" else 0x777
    for value in (refused, refused | 1 << 32):
        assert decide(number, *before, value) == 0x00050000 | errno.EPERM


ALLOW, EPERM, ENOSYS = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
# What the rules permit, written out a second time: a rule that grows must be changed here too.
# By call: the position of the argument, all values to try, and those that may pass.
PERMITTED: dict[str, tuple[int, Iterable[int], set[int]]] = {
    "socket": (0, range(64), {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6}),
    "kill": (1, range(65), set(range(65)) - {19, 20, 21, 22}),
    "tkill": (1, range(65), set(range(65)) - {19, 20, 21, 22}),
    "tgkill": (2, range(65), set(range(65)) - {19, 20, 21, 22}),
    "prlimit64": (0, range(100), {0}),
    "prctl": (0, [*range(100), 0x53564D41], {3, 15, 16, 23, 0x53564D41}),
    "fcntl": (1, range(1100), {0, 1, 2, 3, 4, 1030, 1032}),
    "ioctl": (
        1,
        [*range(0x5400, 0x5480), *range(0x8900, 0x8A00)],
        {0x541B, 0x5421, 0x5451, 0x5450, 0x5401, 0x5413},
    ),
    # Types of mknod(2): regular file, FIFO, character and block device, socket, folder
    "mknodat": (2, [0, *range(0o10000, 0o170000, 0o10000)], {0o10000}),
    # Flags of mmap(2): shared, private, anonymous
    "mmap": (3, [0x01, 0x02, 0x21, 0x22], {0x01, 0x02, 0x22}),
    # No namespace, and no other signal at the child's end than SIGCHLD or none
    "clone": (
        0,
        [*range(256), *(17 | flag for flag in (0x80, *(1 << bit for bit in range(8, 32))))],
        {0, 17} | {17 | 1 << bit for bit in range(8, 32) if 1 << bit not in NAMESPACES},
    ),
}
STARTERS = {
    "unshare": (0, [1 << bit for bit in range(32)], {linux.NEWPID}),
    "setns": (1, [0, *(1 << bit for bit in range(32))], {linux.NEWPID}),
    "prctl": PERMITTED["prctl"],
    "ioctl": (1, PERMITTED["ioctl"][1], PERMITTED["ioctl"][2] | {0x8914}),
}
# Calls that a check must never have, for each of which a way out of a sandbox is known.
DANGEROUS = """
add_key bpf chroot clone3 delete_module fanotify_init finit_module fsconfig fsmount fsopen
init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp kexec_load keyctl
memfd_create mount mount_setattr move_mount msgget mq_open name_to_handle_at open_by_handle_at
open_tree perf_event_open personality pidfd_getfd pidfd_open pidfd_send_signal pivot_root
process_vm_readv process_vm_writev ptrace quotactl reboot request_key seccomp semget setgroups
setns setresgid setresuid setuid shmget swapon syslog umount2 unshare userfaultfd
""".split()  # noqa: SIM905


@pytest.mark.parametrize("call", PERMITTED)
def test_a_rule_permits_exactly_the_values_written_here(call: str) -> None:
    position, values, permitted = PERMITTED[call]

    answers = {v: decide(linux.NUMBERS[call], *[0] * position, v) for v in values}
    assert {v for v, answer in answers.items() if answer == ALLOW} == permitted
    assert set(answers.values()) == {ALLOW, EPERM}


def test_every_rule_is_written_out_a_second_time() -> None:
    assert {rule.call for rule in seccomp.RULES} == set(PERMITTED)
    assert {rule.call for rule in seccomp.STARTER_RULES} <= set(STARTERS)


@pytest.mark.parametrize("call", STARTERS)
def test_the_starter_may_make_only_the_calls_for_a_cell(call: str) -> None:
    position, values, permitted = STARTERS[call]
    steps = seccomp.build_starter_filter()

    def passes(value: int) -> bool:
        return _walk(steps, linux.NUMBERS[call], (*[0] * position, value), None) == ALLOW

    assert {value for value in values if passes(value)} == permitted


def test_a_check_gets_no_dangerous_call_and_may_not_execute() -> None:
    named = {*seccomp.ALLOWED, *(rule.call for rule in seccomp.RULES)}

    assert named & set(DANGEROUS) == set()
    for call in set(DANGEROUS) & set(linux.NUMBERS):
        assert decide(linux.NUMBERS[call]) == ENOSYS, call
    for call in ("execve", "execveat"):
        assert decide(linux.NUMBERS[call]) == EPERM


def test_the_handler_of_the_stack_signal_cannot_be_changed() -> None:
    number = linux.NUMBERS["rt_sigaction"]

    assert decide(number, seccomp.STACK_SIGNAL) == 0x00050000 | errno.EINVAL
    assert decide(number, signal.SIGTERM) == ALLOW


STARTERS_CALLS = f"""
import ctypes, errno, socket
from inside.linux import NUMBERS, libc

def attempt(name, *arguments):
    result = libc.syscall(NUMBERS[name], *map(ctypes.c_long, arguments))
    return "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]

print(
    attempt("unshare", {linux.NEWUSER | linux.NEWNS}),
    attempt("unshare", {linux.NEWPID}),
    attempt("pidfd_open", 2, 0),
    attempt("seccomp", 0, 0, 0),
    attempt("rt_sigaction", {seccomp.STACK_SIGNAL}, 0, 0, 8),
    attempt("ioctl", 1, 0x8914, 0),
    attempt("socket", socket.AF_INET, socket.SOCK_STREAM, 0),
)
"""


@IN_ZYGOTE
@pytest.mark.parametrize(("network", "socket_made"), [(True, "done"), (False, "EPERM")])
async def test_a_check_is_under_the_check_filter(
    zygote: Zygote, network: bool, socket_made: str
) -> None:
    ran = await run_program(zygote, STARTERS_CALLS, Limits(network=network))

    assert ran.printed == f"ENOSYS ENOSYS ENOSYS ENOSYS EINVAL EPERM {socket_made}\n"


def test_another_architectures_calls_end_the_process() -> None:
    assert decide(linux.NUMBERS["read"], architecture=0x40000003) == 0x80000000
    assert decide(linux.NUMBERS["read"] | 0x40000000) == 0x80000000  # the x32 table


@X86
@IN_ZYGOTE
@pytest.mark.parametrize(("table", "ending"), [("i386", signal.SIGSYS), ("x32", signal.SIGSYS)])
async def test_a_call_through_another_table_ends_the_process(
    zygote: Zygote, table: str, ending: signal.Signals
) -> None:
    ran = await run_program(zygote, f"CALL = {table!r}\n" + program("foreign_calls"))

    assert (ran.printed, ran.signal) == ("", ending)


@X86
@IN_ZYGOTE
async def test_the_same_call_through_the_native_table_is_answered(zygote: Zygote) -> None:
    ran = await run_program(zygote, "CALL = 'plain'\n" + program("foreign_calls"))

    assert (ran.printed, ran.exit_code) == ("pid 2\n", 0)
