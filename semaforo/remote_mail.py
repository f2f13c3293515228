"""`semaforo server mail`: whether a server's e-mail goes out."""

from semaforo.api_client import ApiClient
from semaforo.listing import AsJson, print_json
from semaforo.server_options import on_server
from server.i18n import gettext_for


@on_server
def show_mail(client: ApiClient, as_json: AsJson = False) -> int:
    """Say whether e-mail goes out; exit code 1 if it is stuck. For administrators."""
    mail = client.get("/admin/mail")
    _ = gettext_for(client.language)
    if as_json:
        print_json(mail)
    elif not mail["sends_email"]:
        print(_("This server sends no e-mail: links are handed out."))
    elif not mail["stuck"]:
        print(_("No e-mail is stuck."))
    else:
        print(
            _("E-mail is stuck since {since}: {count}.").format(
                since=mail["since"][:16].replace("T", " ") + " UTC", count=mail["stuck"]
            )
        )
        print(mail["text"])
        if mail["answer"]:
            print(mail["answer"])
    return 1 if mail["stuck"] else 0
