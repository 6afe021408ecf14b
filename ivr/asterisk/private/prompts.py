"""Placeholders for what callers hear: Russian and English words spoken by espeak-ng.

espeak-ng is licensed under GPL-3.0-or-later; what it speaks is not a work of its authors, and the
recordings carry no licence of theirs. A company should replace them by a human voice: its own files
are named in the configuration, or put in place of these.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import wave
from array import array
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from ivr.asterisk.private.packages import Tell, cache_folder
from ivr.asterisk.private.programs import Program, find_espeak

RATE = 8000
"""Samples a second of a telephone."""

VOICES = {"ru": "ru", "en": "en-us"}

WORDS: dict[str, dict[str, str]] = {
    "offer-callback": {
        "ru": "Сейчас мы не можем ответить. Чтобы мы вам перезвонили, нажмите один.",
        "en": "We cannot answer right now. To be called back, press one.",
    },
    "callback-number": {"ru": "Мы перезвоним по номеру:", "en": "We will call you back at:"},
    "confirm-number": {
        "ru": "Если номер верный, нажмите один. Чтобы указать другой, нажмите два.",
        "en": "If this is right, press one. For another number, press two.",
    },
    "enter-number": {
        "ru": "Наберите номер, по которому вам перезвонить, и нажмите решётку.",
        "en": "Enter the number to call, then press hash.",
    },
    "choose-time": {
        "ru": "Перезвонить как можно скорее — нажмите один. Или наберите удобное время"
        " четырьмя цифрами: например, один, четыре, три, ноль — это четырнадцать тридцать.",
        "en": "To be called as soon as possible, press one. Or enter a time by four digits:"
        " one, four, three, zero is half past two in the afternoon.",
    },
    "callback-promised": {
        "ru": "Спасибо, мы вам перезвоним. До свидания!",
        "en": "Thank you, we will call you back. Goodbye!",
    },
    "leave-message": {
        "ru": "Сейчас мы не можем ответить. Оставьте сообщение после сигнала.",
        "en": "We cannot answer right now. Please leave a message after the tone.",
    },
    "message-kept": {
        "ru": "Спасибо, сообщение записано. До свидания!",
        "en": "Thank you, your message is recorded. Goodbye!",
    },
    "please-wait": {
        "ru": "Все сотрудники сейчас разговаривают. Пожалуйста, оставайтесь на линии.",
        "en": "Everybody is on the phone right now. Please stay on the line.",
    },
    "your-place": {"ru": "Ваше место в очереди:", "en": "Your place in the queue is:"},
    "minutes-left": {
        "ru": "Примерное время ожидания в минутах:",
        "en": "The wait in minutes is about:",
    },
    "sales-will-call": {
        "ru": "Отдел продаж сейчас занят. Мы вам обязательно перезвоним.",
        "en": "Sales are busy right now. We will certainly call you back.",
    },
    "other-time": {
        "ru": "Если удобнее другое время, нажмите один.",
        "en": "If another time suits you better, press one.",
    },
    "enter-time": {
        "ru": "Наберите удобное время четырьмя цифрами:"
        " например, один, четыре, три, ноль — это четырнадцать тридцать.",
        "en": "Enter a time by four digits: one, four, three, zero is half past two in the"
        " afternoon.",
    },
    "nobody-now": {
        "ru": "К сожалению, сейчас некому ответить. Пожалуйста, позвоните позже.",
        "en": "We are sorry, nobody can answer right now. Please call again later.",
    },
    "sales-a-moment": {
        "ru": "Пожалуйста, оставайтесь на линии, соединяем с отделом продаж.",
        "en": "Please stay on the line, we are connecting you with sales.",
    },
    "press-one": {
        "ru": "Вас ждёт клиент. Нажмите один.",
        "en": "A client is waiting. Press one.",
    },
    "not-dialled": {
        "ru": "Этот звонок уже не нужен, или номер набирать нельзя.",
        "en": "This call is not needed any more, or the number must not be dialled.",
    },
}


def prompts_folder() -> Path:
    """Where the placeholders of these words are, or will be: one folder a language."""
    text = json.dumps([WORDS, VOICES, RATE], ensure_ascii=False, sort_keys=True)
    return cache_folder() / f"prompts-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def make_prompts(tell: Tell) -> Path:
    """The folder of the placeholders, spoken now if they are not there yet.

    Raises PackagesUnavailable where espeak-ng cannot be had.
    """
    final = prompts_folder()
    if final.is_dir():
        return final
    espeak = find_espeak(tell)
    tell(f"speaking {len(WORDS)} prompts with espeak-ng {espeak}")
    part = final.with_name(f".part-{final.name}")
    shutil.rmtree(part, ignore_errors=True)
    for language, voice in VOICES.items():
        (part / language).mkdir(parents=True)
        for name, words in WORDS.items():
            speak(espeak, voice, words[language], part / language / f"{name}.wav")
    part.rename(final)
    return final


def speak(espeak: Program, voice: str, words: str, file: Path) -> None:
    """Let a voice say the words into a file that Asterisk can play: 8 kHz, 16 bits, mono."""
    raw = file.with_suffix(".raw")
    command = [*espeak.command, "-v", voice, "-s", "145", "-w", str(raw), words]
    subprocess.run(command, check=True, env={**os.environ, **espeak.environment})  # noqa: S603
    with wave.open(str(raw), "rb") as spoken:
        rate, samples = spoken.getframerate(), array("h", spoken.readframes(spoken.getnframes()))
    raw.unlink()
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        out.writeframes(slower(samples, rate).tobytes())


def slower(samples: Sequence[int], rate: int) -> array[int]:
    """The samples at RATE: each the mean of those that fall into its time, which hides aliases."""
    count = len(samples) * RATE // rate
    edges = [n * rate // RATE for n in range(count + 1)]
    return array("h", (sum(samples[a:b]) // (b - a) for a, b in pairwise(edges)))
