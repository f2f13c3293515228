import tools
adivina = tools.adivina
async def trabaja(pide):
    raise type('SandboxLost', (Exception,), {})('lost')
