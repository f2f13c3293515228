"""What people who speak Spanish choose as passwords: zxcvbn's own lists are of English.

Without accents and ñ; `passwords.require_hard_to_guess` compares passwords without them. Shorter
ones count too: they are parts of longer ones, as in “contraseña1” and “hola123456”.
"""

from typing import Final

_WORDS: Final = """
    contrasena contrasenia clave secreto acceso entrar cambiame bienvenido bienvenida
    administrador administradora admin usuario invitado profesor profesora docente alumno alumna
    estudiante universidad facultad instituto colegio escuela clase curso aula examen tarea
    python asincrono asincrona asincronia asyncio fastapi programacion programador programadora
    informatica ordenador computadora
    hola holahola adios gracias amigo amiga amigos amigas familia hermano hermana hermanos
    teamo tequiero tequieromucho teamomucho teextrano miamor miamorcito amor amorcito amormio mivida
    micielo cielo corazon corazoncito princesa princesita principe reina estrella estrellita
    mariposa mariposita angel angelito bonita bonito hermosa hermoso guapa guapo linda lindo
    bebe chiquita chiquito gordita gordito flaca flaco muneca muneco
    jesus jesucristo jesusteamo dios diosesamor cristo virgen guadalupe sagrado bendicion
    futbol barcelona barca forcabarca realmadrid halamadrid atletico sevilla valencia betis
    madrid espana mexico argentina colombia chile peru venezuela ecuador bolivia uruguay paraguay
    bocajuniors boca riverplate america chivas pumas nacional millonarios maradona messi
    chocolate caramelo gatito gatita perrito perrita conejo conejito tigre leon lobo delfin
    fantasma dragon guerrero superman batman pokemon
    lunes martes miercoles jueves viernes sabado domingo primavera verano otono invierno
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
"""
SPANISH_PASSWORDS: Final = tuple(_WORDS.split())
