"""What all bodies of requests have in common."""

from pydantic import BaseModel, ConfigDict


class RequestBody(BaseModel):
    """A body that is refused if it has a name that the route does not know.

    Ignored, a misspelt name would do something else than was meant: grade a whole course again, in
    place of one attempt.
    """

    model_config = ConfigDict(extra="forbid")
