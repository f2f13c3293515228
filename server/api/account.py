"""/api/me and /api/tokens: the viewer's account and tokens."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from graders.text import Language
from server.access import Viewer
from server.actions import accounts, courses, tokens
from server.actions.display_names import LONGEST_DISPLAY_NAME
from server.api.bodies import RequestBody
from server.deps import CurrentViewer, Now, ReadSession, Settings, WriteSession
from server.errors import InvalidText, MisleadingName, TooManyTokens, UnknownToken
from server.http.openapi import refusal_responses
from server.models import Role

router = APIRouter(prefix="/api", tags=["account"])


class MeOut(BaseModel):
    """You."""

    email: str
    name: str
    display_name: str = Field(description="What classmates see on the leaderboard.")
    language: Language
    courses: dict[str, Role] = Field(description="Your role in each course, by its slug.")
    is_administrator: bool = Field(
        description="Whether you may do what instructors of any course may."
    )


class MeChange(RequestBody):
    """What is to change; what is missing or null stays."""

    display_name: str | None = Field(
        None,
        description="What classmates see on the leaderboard: one line of visible characters.",
        # Described only: the action's refusal is more specific than "out of range".
        json_schema_extra={
            "minLength": 1,
            "maxLength": LONGEST_DISPLAY_NAME,
            "format": "display-name",
        },
    )
    language: Language | None = None


class TokenIn(RequestBody):
    """A token to make."""

    name: str = Field(
        description="What it is for: one line of visible characters.",
        examples=["CI"],
        # Described only: the action's refusal is more specific than "out of range".
        json_schema_extra={"minLength": 1, "maxLength": tokens.LONGEST_NAME, "format": "one-line"},
    )


class TokenOut(BaseModel):
    """A token, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    hint: str = Field(description="The last four characters of the secret.")
    created_at: datetime
    last_used_at: datetime | None = Field(description="Noted once an hour at most.")


class NewTokenOut(TokenOut):
    """A new token; the secret is shown only here."""

    secret: str


@router.get("/me")
async def show_me(viewer: CurrentViewer, session: ReadSession) -> MeOut:
    """Show the owner of the token or cookie."""
    return await _me(session, viewer)


@router.patch("/me", responses=refusal_responses(InvalidText, MisleadingName))
async def change_me(wanted: MeChange, viewer: CurrentViewer, session: WriteSession) -> MeOut:
    """Change the name that classmates see, or your language."""
    if wanted.display_name is not None:
        await accounts.set_display_name(session, viewer.user, wanted.display_name)
    if wanted.language is not None:
        await accounts.set_language(session, viewer.user, wanted.language)
    await session.commit()
    return await _me(session, viewer)


async def _me(session: AsyncSession, viewer: Viewer) -> MeOut:
    user = viewer.user
    mine = await courses.list_courses(session, viewer)
    return MeOut(
        email=user.email,
        name=user.name,
        display_name=user.display_name,
        language=user.language,
        # An administrator sees every course, and has a role in few of them.
        courses={one.slug: viewer.roles[one.id] for one in mine if one.id in viewer.roles},
        is_administrator=viewer.is_administrator,
    )


@router.get("/tokens")
async def list_tokens(viewer: CurrentViewer, session: ReadSession) -> list[TokenOut]:
    """List your tokens that are not revoked."""
    found = await tokens.list_tokens(session, viewer)
    return [TokenOut.model_validate(token) for token in found]


@router.post(
    "/tokens",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(InvalidText, TooManyTokens),
)
async def make_token(
    wanted: TokenIn, viewer: CurrentViewer, session: WriteSession, settings: Settings, now: Now
) -> NewTokenOut:
    """Create a token; keep its secret, it is not shown again."""
    most = settings.tokens_per_person
    token, secret = await tokens.issue(session, viewer.user, wanted.name, now, most=most)
    await session.commit()
    return NewTokenOut(**TokenOut.model_validate(token).model_dump(), secret=secret)


@router.delete(
    "/tokens/{token_id}", status_code=HTTP_204_NO_CONTENT, responses=refusal_responses(UnknownToken)
)
async def revoke_token(
    token_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> None:
    """Revoke a token."""
    await tokens.revoke(session, viewer, token_id, now)
    await session.commit()
