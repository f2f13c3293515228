import time


async def uno(pedir):
    return await pedir(1)


async def dos(pedir):
    time.sleep(0.2)
    return await pedir(2)


async def tres(pedir):
    return await pedir(3)


async def cuatro(pedir):
    return await pedir(4)
