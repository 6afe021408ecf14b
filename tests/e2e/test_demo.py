"""The demo's own promise: what it prints is what happened."""

from ivr.demo.expected import expected
from ivr.demo.played import play


async def test_seven_calls_come_to_what_the_script_foretells() -> None:
    said: list[str] = []
    tally = await play(7, said.append)
    assert tally == expected(7), "\n".join(said)
    assert str(tally) == ("7 calls: 6 answered, 5 outcomes, 2 transferred, 1 called back, 0 lost")
    calls = [line for line in said if "| agent" in line]
    assert len(calls) == 7
    assert "a meeting is the aim" in calls[3]
