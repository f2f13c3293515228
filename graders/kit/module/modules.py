"""What stands for a module of the submission: what `from leap import leap_year` imports from."""

import types
from typing import TYPE_CHECKING, Any

from graders.kit.module.proxies import HANDLE, USES

if TYPE_CHECKING:
    from graders.kit.module.uses import Uses

# `doctest.testmod` asks for it. It would find no example in a stand-in, and pass any program.
_NO_EXAMPLES = (
    "doctest finds no examples in a module that runs in the sandbox: compare what each call returns"
)


class RemoteModule(types.ModuleType):
    """A module whose functions and classes are known, and all else of which is asked for."""

    def __init__(self, uses: "Uses", number: int, name: str) -> None:
        super().__init__(name)
        vars(self).update({HANDLE: number, USES: uses, "__file__": f"/w/{name}.py"})
        # What the suite has replaced. It deletes its own to put the program's back, because it
        # found no such name in our dictionary.
        vars(self)["_semaforo_replaced"] = {}

    def __getattr__(self, name: str) -> Any:
        if name == "__test__":
            raise TypeError(_NO_EXAMPLES)
        if name.startswith("__") and name not in ("__doc__", "__version__"):
            raise AttributeError(name)
        return vars(self)[USES].request("get", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        replaced = vars(self)["_semaforo_replaced"]
        if name not in replaced and hasattr(self, name):
            replaced[name] = getattr(self, name)
        vars(self).pop(name, None)
        vars(self)[USES].request("set", self, name, value)

    def __delattr__(self, name: str) -> None:
        if name in (replaced := vars(self)["_semaforo_replaced"]):
            vars(self)[USES].request("set", self, name, replaced.pop(name))
            return
        vars(self).pop(name, None)
        vars(self)[USES].request("delete", self, name)
