"""What stands for a module of the submission: what `from leap import leap_year` imports from."""

import types
from collections.abc import Callable
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

from graders.kit.module.proxies import HANDLE, USES

if TYPE_CHECKING:
    from graders.kit.module.uses import Uses

# `doctest.testmod` asks for it. It would find no example in a stand-in, and pass any program.
_NO_EXAMPLES = (
    "doctest finds no examples in a module that runs in the sandbox: compare what each call returns"
)


# What Python's import sets; the program's own modules have theirs.
_OF_IMPORT = ("__loader__", "__name__", "__package__", "__spec__")


class SubmissionFinder(Loader):
    """Finds the submission's modules for `importlib.reload`, and once they left `sys.modules`.

    modules    What stands for each now.
    run_again  Called with the name of one that is imported anew; None while there is no program.
    """

    def __init__(self) -> None:
        self.modules: dict[str, types.ModuleType] = {}
        self.run_again: Callable[[str], None] | None = None

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return how to import a module of the submission; None for any other."""
        return ModuleSpec(name, self) if name in self.modules else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """Return what stands for the module."""
        return self.modules[spec.name]

    def exec_module(self, module: types.ModuleType) -> None:
        """Have the program run it once more."""
        if self.run_again:
            self.run_again(module.__name__)


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
        if name in _OF_IMPORT:
            vars(self)[name] = value
            return
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
