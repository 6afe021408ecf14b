"""The commands of `ivr`, one a file; each is a way in, so nothing else imports them."""
