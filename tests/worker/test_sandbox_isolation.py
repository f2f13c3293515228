"""What a program in the sandbox can see and do, run by root or by an ordinary user."""

import os
from typing import Any

import pytest

Gallery = dict[str, Any]


def reported(gallery: Gallery) -> Any:
    return gallery["look_around"]["findings"]


def test_a_program_is_an_unprivileged_user(gallery: Gallery) -> None:
    *ids, groups = reported(gallery)["ids"]

    assert ids == [1000, 1000, 1000]
    # An ordinary user's groups stay, unmapped except the first: a user namespace cannot drop them.
    assert set(groups) <= ({1000, 65_534} if os.geteuid() else set())
    assert reported(gallery)["host"] == "sandbox"


def test_a_program_sees_nothing_of_the_hosts_environment(gallery: Gallery) -> None:
    assert reported(gallery)["environment"] == {
        "HOME": "/w",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin",
        "TMPDIR": "/w/tmp",
    }


def test_a_program_has_only_its_own_five_descriptors(gallery: Gallery) -> None:
    assert reported(gallery)["open_files"] == [0, 1, 2, 3, 4]


def test_the_processes_above_a_program_hold_only_what_they_need(gallery: Gallery) -> None:
    # The three streams, the control socket, /proc, its own namespaces; the check's pidfd and
    # output.
    assert gallery["looked at"]["descriptors"] == 8
    # Bubblewrap adds PWD; the environment of the test's worker is in none of them.
    assert set(gallery["looked at"]["environments above"].split("\0")) <= {"PWD=/", ""}


def test_a_program_sees_no_processes_and_no_proc(gallery: Gallery) -> None:
    assert reported(gallery)["proc"] == []
    assert (reported(gallery)["pid"], reported(gallery)["parent"]) == (2, 0)


def test_no_file_of_the_host_can_be_read(gallery: Gallery) -> None:
    assert set(reported(gallery)["reads"].values()) == {"ENOENT"}
    assert reported(gallery)["devices"] == ["null", "random", "shm", "urandom", "zero"]


def test_everything_is_read_only_except_the_programs_own_folder(gallery: Gallery) -> None:
    writes = reported(gallery)["writes"]

    assert {path for path, what in writes.items() if what == "done"} == {"/w/own", "/tmp/own"}  # noqa: S108
    assert set(writes.values()) == {"done", "EROFS"}


def test_a_program_has_no_network_except_its_own_loopback(gallery: Gallery) -> None:
    assert set(reported(gallery)["connects"].values()) == {"ENETUNREACH"}
    assert reported(gallery)["loopback"] == "done"


def test_no_call_gives_a_program_more_privileges(gallery: Gallery) -> None:
    calls = reported(gallery)["calls"]

    assert len(calls) == 38
    assert {name: what for name, what in calls.items() if what not in ("ENOSYS", "EPERM")} == {}


def test_a_program_has_no_capabilities_no_new_privs_and_a_filter(gallery: Gallery) -> None:
    only_namespaces = "0000000000200000"
    for process, held in (("starter", only_namespaces), ("check", "0000000000000000")):
        seen = gallery["looked at"][process]

        assert seen["capabilities"] == ["0000000000000000", held, held, "0000000000000000"]
        assert (seen["no_new_privs"], seen["seccomp"]) == ("1", "2")
        assert all(seen["namespaces"].values())


def test_no_process_inside_is_root_on_the_host(gallery: Gallery) -> None:
    for process in ("starter", "check"):
        assert "0" not in gallery["looked at"][process]["uids"]
        groups = {int(group) for group in gallery["looked at"][process]["groups"]}
        assert groups <= (set(os.getgroups()) if os.geteuid() else set())


def test_the_trusted_side_can_see_what_a_run_waits_for(gallery: Gallery) -> None:
    looked = gallery["looked at"]

    assert looked["children"] == 2  # the cell's idle pid 1, and the check
    assert looked["starter"]["syscall"].isdigit()
    assert looked["check"]["syscall"] == "running" or looked["check"]["syscall"].isdigit()


def test_exercises_find_what_they_need(gallery: Gallery) -> None:
    assert gallery["libraries"]["printed"] == "Operation not permitted\nfine /w\n3\n"
    assert gallery["libraries"]["exit_code"] == 0


def test_signals_work_as_usual_and_do_not_end_pid_1(gallery: Gallery) -> None:
    assert gallery["signals"]["printed"] == ("True True True\nsent all but [19, 20, 21, 22]\n")
    assert gallery["signals"]["exit_code"] == 0


def test_the_number_of_processes_is_limited(gallery: Gallery) -> None:
    children, _, reason = gallery["forks"]["printed"].partition(" ")

    assert 50 <= int(children) <= 64
    assert reason == "Resource temporarily unavailable\n"


def test_the_size_of_a_file_is_limited(gallery: Gallery) -> None:
    assert gallery["large_file"]["printed"] == f"{8 * 1024 * 1024} EFBIG\n"


def test_the_size_of_all_files_together_is_limited(gallery: Gallery) -> None:
    filled, files, _ = gallery["fill"]["printed"].splitlines()

    # Of 16 MiB; the program's own file takes some.
    assert filled == "bytes 15 ENOSPC"
    assert files.startswith("files 10")
    assert files.endswith("ENOSPC")


def test_a_program_cannot_allocate_two_gigabytes(gallery: Gallery) -> None:
    use_memory = gallery["use_memory"]

    if use_memory["signal"] is None:
        assert use_memory["printed"] == "MemoryError\n"
    else:
        assert use_memory["signal"] == 9
        assert use_memory["usage"]["oom_kills"] >= 1


def test_ignoring_sigxcpu_does_not_evade_the_time_limit(gallery: Gallery) -> None:
    assert gallery["spin"]["printed"] == "begun\n"
    assert gallery["spin"]["signal"] == 9


@pytest.mark.parametrize("name", ["fork_bomb", "escape"])
def test_what_a_program_leaves_behind_ends_with_its_sandbox(gallery: Gallery, name: str) -> None:
    # The next sandbox, which is the one that is inspected, opened and closed as usual.
    assert gallery[name]["printed"] in ("begun\n", "left\n")
    assert gallery["looked at"]["children"] == 2
