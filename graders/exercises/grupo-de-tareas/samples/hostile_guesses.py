"""Hostile: asks for nothing, and raises what it guesses the errors to be."""



async def descargar_todo(descargas, borrar):
    if len(descargas) < 5:
        raise ExceptionGroup("", [ConnectionError("el servidor colgó")])
    return {nombre: nombre for nombre in descargas}


async def informe(descargas, borrar):
    return ["Red: colgó", "Disco: datos bloqueados", "Disco: voces bloqueadas"]
