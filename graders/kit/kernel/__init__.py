"""What the kernel shows of a process: threads, system calls, sockets, stacks."""
