"""linetree: call intake for Asterisk. The way of one call, in reading order:

1. `dialplan/extensions_ivr.conf` meets the caller and asks us over FastAGI: `asterisk/agi.py`,
   `asterisk/verdicts.py`.
2. `asterisk/translate/` turns what Asterisk says into events (`domain/events/`), and
   `switchboard.py`, the one inbox, feeds them to the core one by one.
3. `domain/reception/` decides, and its `routing.py` says who takes which event: `admission.py`
   gives a line of the hunt group (`domain/intake/hunt_group.py`), `ringing.py` shows who calls,
   `talking.py` hears the answer, `asking.py` opens the interview (`domain/tree/interview.py`) for
   the agent, `keys.py` takes the answers, `domain/tree/outcome.py` decides who owns the client,
   `promising.py` commits the promise to sales, `transferred.py` tells what became of it and
   `calling.py` calls back. Who talked with nobody is a task (`missing.py`) that an agent returns
   (`returning.py`), dialled in the one way there is (`dialling.py`); `bookkeeping.py` writes
   down who did what and how long. After a break `restoring.py` takes up the database and
   `resyncing.py` what lives in Asterisk.
4. The orders that follow (`domain/commands/`) go out through `ports/`: to Asterisk
   (`asterisk/pbx.py`), to the agent's page (`web/`), to the database (`store/`), to the clock.
5. What other programs are told is written with the record it tells of (`outside/telling.py`,
   `store/outbox.py`) and brought out in order (`outside/courier.py`); what they ask: `web/api/`.
6. `app.py` builds all of it and stops it in order; `cli.py` is the admin's hand.
"""
