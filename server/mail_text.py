"""Why e-mail does not arrive, and what to do, as sentences. No I/O."""

from typing import Final

from graders.text import Text
from server.actions.undelivered import StuckMail, Undelivered
from server.models import MailFailure

_REASONS: Final = {
    MailFailure.NO_SUCH_ADDRESS: Text(
        "El servidor de correo no conoce la dirección.",
        "The mail server does not know the address.",
    ),
    MailFailure.MAILBOX_FULL: Text("El buzón está lleno.", "The mailbox is full."),
    MailFailure.REFUSED: Text(
        "El servidor de correo no acepta mensajes para esta dirección.",
        "The mail server takes no messages for this address.",
    ),
    MailFailure.LATER: Text(
        "El servidor de correo no acepta mensajes para esta dirección por ahora.",
        "The mail server takes no messages for this address at present.",
    ),
    MailFailure.CONNECTION: Text(
        "El servidor de correo cortó la conexión.", "The mail server broke off the connection."
    ),
    MailFailure.SENDER: Text(
        "El servidor de correo no acepta el remitente de este servidor (SEMAFORO_SMTP_SENDER).",
        "The mail server does not accept this server's sender (SEMAFORO_SMTP_SENDER).",
    ),
}
_TOO_LONG: Final = Text(
    "El servidor de correo no lo aceptó en dos días.",
    "The mail server did not take it within two days.",
)
_CORRECT: Final = Text(
    "Comprueba la dirección: corrígela y envía el enlace otra vez, o entrégalo en mano.",
    "Check the address: correct it and send the link again, or hand the link out.",
)
_HAND_OUT: Final = Text(
    "Avisa a esta persona por otro medio, o entrégale el enlace en mano.",
    "Tell this person some other way, or hand the link out.",
)
_WAIT: Final = Text(
    "Se intenta otra vez durante dos días; no hay que hacer nada todavía.",
    "It is tried again for two days; nothing is to be done yet.",
)
_UNREACHED: Final = Text(
    "El servidor de correo no responde, o no deja entrar a este servidor; el registro del worker "
    "dice cuál de las dos cosas.",
    "The mail server does not answer, or does not let this server in; the worker's log says which.",
)
_STUCK: Final = Text(
    "Nada se pierde: sale en cuanto el servidor de correo lo acepte, si lo hace en dos días. "
    "Mientras tanto, los enlaces se pueden entregar en mano.",
    "Nothing is lost: it goes out as soon as the mail server takes it, within two days. Until "
    "then, links can be handed out.",
)


def describe_undelivered(one: Undelivered, language: str) -> str:
    """Return why somebody's e-mail did not arrive, and what to do."""
    reason = _REASONS[one.failure] if one.failure else _TOO_LONG
    if one.next_try_at is not None:
        advice = _WAIT
    elif one.failure in (MailFailure.NO_SUCH_ADDRESS, MailFailure.REFUSED):
        advice = _CORRECT
    else:
        advice = _HAND_OUT
    return f"{reason.to(language)} {advice.to(language)}"


def describe_stuck(one: StuckMail, language: str) -> str:
    """Return why no e-mail is sent, and what to do."""
    reason = _REASONS[one.failure] if one.failure else _UNREACHED
    return f"{reason.to(language)} {_STUCK.to(language)}"
