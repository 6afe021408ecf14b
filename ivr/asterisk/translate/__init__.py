"""Between Asterisk's words and the core's; pure, and the only place that knows AMI headers.

`heard` reads events and lists, `legs` those of single channels, `callbacks` those of calls that
dial themselves, `notes` what the dialplan keeps for us; `orders` writes actions and verdicts,
`transfers` those that pass a caller on, `keeping` what the dialplan is told, `noting` what goes
into Asterisk's own records; `phones` says whose phone is which.
"""

from ivr.asterisk.translate.action import Action
from ivr.asterisk.translate.callbacks import OriginateFailed, SalesLegStarted
from ivr.asterisk.translate.heard import WANTED, Meaning, Translator
from ivr.asterisk.translate.keeping import Kept, KeptDepartment, KeptDid, KeptPerson, keep, key_of
from ivr.asterisk.translate.legs import Ignored
from ivr.asterisk.translate.life import STATUS, epoch_of, started_at
from ivr.asterisk.translate.notes import note_of
from ivr.asterisk.translate.noting import CallNote, call_note
from ivr.asterisk.translate.orders import (
    LIST_CHANNELS,
    LIST_NOTES,
    LIST_QUEUES,
    PROLONGED,
    BadAttempt,
    LinkOrder,
    MemberOrder,
    Verdict,
    actions,
    overflow_word,
    take_calls,
    timers_of,
    verdict,
)
from ivr.asterisk.translate.owning import in_own_queue, own_actions
from ivr.asterisk.translate.phones import Phones, UnknownPerson, own_queue
from ivr.asterisk.translate.transfers import TransferOrder
