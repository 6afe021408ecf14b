"""The rooms, a module each: every one is a page of its own, given what it needs by `ivr.rooms`."""
