"""The front of the core: an event goes in, the orders that follow from it come out."""

from ivr.domain.reception.reception import Reception
from ivr.domain.reception.rules import Rules
