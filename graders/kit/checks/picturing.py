"""Gathers what a check's picture shows beside its calls."""

from graders.kit.channel import Channel
from graders.kit.services.barrier import Service
from graders.kit.services.service_calls import MAX_CALLS
from graders.picture import Expected, Order, Picture


def picture_of(channel: Channel) -> Picture | None:
    """Return what was seen of the event loop and expected of services; None if nothing was."""
    calls = channel.service_calls.evidence.calls

    def is_in_flight(moment: float) -> bool:
        return any(
            call.asked_at <= moment and (call.ended_at is None or moment < call.ended_at)
            for call in calls
        )

    began = channel.service_calls.began
    loop = (
        channel.watcher.trace.spans(began, is_in_flight, is_stuck=channel.is_stuck) if began else ()
    )
    expected = _expected(channel)
    # After a call that went on it would be out of date.
    at = channel.locations
    waits, holds = (at.waits, at.holds) if channel.is_stuck else ((), ())
    order = channel.service_calls.evidence.order
    if not (loop or expected or waits or order):
        return None
    return Picture(loop, expected, waits, holds, order)


def _expected(channel: Channel) -> tuple[Expected, ...]:
    evidence = channel.service_calls.evidence
    wanted = {
        name: (Order.TOGETHER, service.hold_until)
        for name, service in channel.service_calls.services.items()
        if isinstance(service, Service)
        and isinstance(service.hold_until, int)
        # One of more calls than a check may have is a suite's way to release them itself.
        and 1 < service.hold_until <= MAX_CALLS
    }
    return tuple(
        Expected(name, order, calls, evidence.width(name))
        for name, (order, calls) in (wanted | evidence.expected).items()
        if calls > 0
    )
