"""The tree with which an author begins who takes no other one over: small, sound, to be edited."""

from __future__ import annotations

BEGINNING = """\
tree: new
title: {ru: Новое дерево, en: New tree}
first: who

questions:
  who:
    ask:
      ru: Вы обращаетесь от организации или для себя?
      en: Do you ask for an organisation or for yourself?
    answers:
      person:       {say: {ru: Для себя, en: For myself}, scale: private, then: ours}
      organisation: {say: {ru: От организации, en: For an organisation}, then: staff}

  staff:                        # what the customer is: a large one always ends at sales
    ask:
      ru: Сколько человек работает в вашей компании?
      en: How many people work in your company?
    number:
      - {to: 199, scale: small, then: ours}
      - {scale: large, then: sales}
    unit: {ru: чел., en: people}
    unknown: sales

outcomes:
  ours:
    offer: []
    owner: client
    why: {ru: Типовой запрос, en: A typical request}
  sales:
    offer: []
    owner: sales
    how: transfer
    aim: meeting
    why: {ru: Крупный заказчик, en: Large customer}
"""
