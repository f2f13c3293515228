"""Right: results by a Manager's dict, joined in threads."""
import asyncio
from multiprocessing import Manager, Process


def t(d, i, contar, r):
    try:
        d[i] = contar(*r)
    except Exception as e:
        d[i] = e


async def contar_primos(rangos, contar):
    with Manager() as m:
        d = m.dict()
        ps = [Process(target=t, args=(d, i, contar, r)) for i, r in enumerate(rangos)]
        for p in ps:
            p.start()
        await asyncio.gather(*[asyncio.to_thread(p.join) for p in ps])
        for v in d.values():
            if isinstance(v, Exception):
                raise v
        return [d[i] for i in range(len(ps))]
