CODIGO = compile("async def pedir(c, s):\n    return 1 / 0\n", "/w/otro<b>.py", "exec")
exec(CODIGO)
