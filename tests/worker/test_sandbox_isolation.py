"""What a program finds when it tries, in the sandbox of whoever runs the tests."""

import os
from typing import Any

import pytest

Gallery = dict[str, Any]


def said(gallery: Gallery) -> Any:
    return gallery["look_around"]["said"]


def test_a_program_is_nobody_in_particular(gallery: Gallery) -> None:
    *ids, groups = said(gallery)["ids"]

    assert ids == [1000, 1000, 1000]
    # An ordinary user's stay hers, nameless but for the first: a user namespace cannot drop them.
    assert set(groups) <= ({1000, 65_534} if os.geteuid() else set())
    assert said(gallery)["host"] == "sandbox"


def test_a_program_sees_nothing_of_the_hosts_environment(gallery: Gallery) -> None:
    assert said(gallery)["environment"] == {
        "HOME": "/w",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin",
        "TMPDIR": "/w/tmp",
    }


def test_a_program_holds_no_descriptor_but_its_own_five(gallery: Gallery) -> None:
    assert said(gallery)["open_files"] == [0, 1, 2, 3, 4]


def test_nothing_above_a_program_holds_more_than_it_needs(gallery: Gallery) -> None:
    # The three streams, the control socket, handles on /proc and on its own namespaces; of the
    # check, its pidfd and output.
    assert gallery["looked at"]["descriptors"] == 8
    # Bubblewrap itself adds PWD; what the test's worker was given is in none of them.
    assert set(gallery["looked at"]["environments above"].split("\0")) <= {"PWD=/", ""}


def test_a_program_sees_no_processes_and_no_proc(gallery: Gallery) -> None:
    assert said(gallery)["proc"] == []
    assert (said(gallery)["pid"], said(gallery)["parent"]) == (2, 0)


def test_no_file_of_the_host_can_be_read(gallery: Gallery) -> None:
    assert set(said(gallery)["reads"].values()) == {"ENOENT"}
    assert said(gallery)["devices"] == ["null", "random", "shm", "urandom", "zero"]


def test_everything_is_read_only_but_the_programs_own_folder(gallery: Gallery) -> None:
    writes = said(gallery)["writes"]

    assert {path for path, what in writes.items() if what == "done"} == {"/w/own", "/tmp/own"}  # noqa: S108
    assert set(writes.values()) == {"done", "EROFS"}


def test_no_network_but_its_own_loopback(gallery: Gallery) -> None:
    assert set(said(gallery)["connects"].values()) == {"ENETUNREACH"}
    assert said(gallery)["loopback"] == "done"


def test_no_call_that_widens_what_may_be_done(gallery: Gallery) -> None:
    calls = said(gallery)["calls"]

    assert len(calls) == 38
    assert {name: what for name, what in calls.items() if what not in ("ENOSYS", "EPERM")} == {}


def test_no_capability_no_new_one_and_a_filter(gallery: Gallery) -> None:
    only_namespaces = "0000000000200000"
    for who, held in (("starter", only_namespaces), ("check", "0000000000000000")):
        seen = gallery["looked at"][who]

        assert seen["capabilities"] == ["0000000000000000", held, held, "0000000000000000"]
        assert (seen["no_new_privs"], seen["seccomp"]) == ("1", "2")
        assert all(seen["namespaces"].values())


def test_nobody_inside_is_root_on_the_host(gallery: Gallery) -> None:
    for who in ("starter", "check"):
        assert "0" not in gallery["looked at"][who]["uids"]
        groups = {int(group) for group in gallery["looked at"][who]["groups"]}
        assert groups <= (set(os.getgroups()) if os.geteuid() else set())


def test_the_trusted_side_can_see_what_a_run_waits_for(gallery: Gallery) -> None:
    looked = gallery["looked at"]

    assert looked["children"] == 2  # the idle first process of the cell, and the check
    assert looked["starter"]["syscall"].isdigit()
    assert looked["check"]["syscall"] == "running" or looked["check"]["syscall"].isdigit()


def test_exercises_find_what_they_need(gallery: Gallery) -> None:
    assert gallery["libraries"]["printed"] == "Operation not permitted\nfine /w\n3\n"
    assert gallery["libraries"]["exit_code"] == 0


def test_signals_are_as_in_any_program_and_pid_1_does_not_mind_them(gallery: Gallery) -> None:
    assert gallery["signals"]["printed"] == ("True True True\nsent all but [19, 20, 21, 22]\n")
    assert gallery["signals"]["exit_code"] == 0


def test_the_number_of_processes_is_bounded(gallery: Gallery) -> None:
    children, _, reason = gallery["forks"]["printed"].partition(" ")

    assert 50 <= int(children) <= 64
    assert reason == "Resource temporarily unavailable\n"


def test_a_file_is_bounded(gallery: Gallery) -> None:
    assert gallery["large_file"]["printed"] == f"{8 * 1024 * 1024} EFBIG\n"


def test_all_files_together_are_bounded(gallery: Gallery) -> None:
    filled, files, _ = gallery["fill"]["printed"].splitlines()

    # Of 16 MiB; the program's own file lies beside them.
    assert filled == "bytes 15 ENOSPC"
    assert files.startswith("files 10")
    assert files.endswith("ENOSPC")


def test_two_gigabytes_are_not_to_be_had(gallery: Gallery) -> None:
    hoard = gallery["hoard"]

    if hoard["signal"] is None:
        assert hoard["printed"] == "MemoryError\n"
    else:
        assert hoard["signal"] == 9
        assert hoard["leftovers"]["oom_kills"] >= 1


def test_a_program_that_ignores_every_warning_still_runs_out_of_time(gallery: Gallery) -> None:
    assert gallery["spin"]["printed"] == "begun\n"
    assert gallery["spin"]["signal"] == 9


@pytest.mark.parametrize("name", ["fork_bomb", "escape"])
def test_what_a_program_leaves_behind_ends_with_its_sandbox(gallery: Gallery, name: str) -> None:
    # The sandbox after it, which is the one looked at, was opened and closed as usual.
    assert gallery[name]["printed"] in ("begun\n", "left\n")
    assert gallery["looked at"]["children"] == 2
