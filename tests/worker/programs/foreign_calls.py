"""Makes a system call through the table of CALL, whose numbers the filter does not know."""
import ctypes, mmap

CALLS = {
    # mov eax, 20 (getpid of i386); int 0x80; ret
    "i386": b"\xb8\x14\x00\x00\x00\xcd\x80\xc3",
    # mov eax, 0x40000000 + 39 (getpid of x32); syscall; ret
    "x32": b"\xb8\x27\x00\x00\x40\x0f\x05\xc3",
    # mov eax, 39 (getpid); syscall; ret
    "plain": b"\xb8\x27\x00\x00\x00\x0f\x05\xc3",
}
page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(CALLS[CALL])
call = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
print("pid", call(), flush=True)
