"""Problems of a tree in Russian too: each sentence of the check, with its names put in."""

from __future__ import annotations

import re

from ivr.config.problems import Problem
from ivr.domain.words import Words

_MEANT = re.compile(r' \(did you mean "(.*)"\?\)$')

MESSAGES: tuple[tuple[str, str], ...] = (
    (r'the first question "(.*)" is not among the questions', "первого вопроса «{0}» нет"),
    (r'"(.*)" names both a question and an outcome', "«{0}» — и вопрос, и итог сразу"),
    (
        r"outcome (\S+) stays with the client department, so `(\w+)` means nothing",
        "клиент остаётся в клиентском отделе, поэтому «{1}» ничего не значит",
    ),
    (r'offer "(.*)" is not in the catalogue', "предложения «{0}» нет в каталоге"),
    (
        r'question (\S+) leads to "(.*)", which does not exist',
        "ответ ведёт к «{1}», а такого вопроса или итога нет",
    ),
    (r"question (\S+) has no answers", "у вопроса нет ответов"),
    (r"question (\S+) has no ranges", "у вопроса нет диапазонов"),
    (
        r"range (\d+) of (\S+) is empty: it runs from (\S+) to (\S+)",
        "диапазон {0} пуст: от {2} до {3}",
    ),
    (r"nothing in (\S+) says what happens above (\S+)", "не сказано, что делать, если больше {1}"),
    (
        r"ranges of (\S+) overlap: the one before has no `to` and takes all numbers",
        "диапазоны пересекаются: у предыдущего нет верхней границы, он забирает все числа",
    ),
    (r"gap in (\S+): (.*) is in no range", "пропуск: {1} не входит ни в один диапазон"),
    (r"ranges of (\S+) overlap at (\S+)", "диапазоны пересекаются на числе {1}"),
    (
        r"question (\S+) is unreachable: no path leads to it",
        "к этому вопросу не ведёт ни один ответ",
    ),
    (r"\S+ (\S+) is unreachable: no path leads to it", "к этому итогу не ведёт ни один ответ"),
    (r"the path goes in a circle: (.*)", "путь идёт по кругу: {0}"),
    (
        r"a path asks more than (\d+) questions: (.*)",
        "на одном пути больше {0} вопросов: {1}",
    ),
    (
        r'the rule looks at question "(.*)", which does not exist',
        "правило смотрит на вопрос «{0}», а его нет",
    ),
    (
        r"the rule looks at the volume, but no question measures it",
        "правило смотрит на объём, но ни один вопрос его не спрашивает",
    ),
    (
        r"the rule gives numbers for (\S+), which is answered by a choice",
        "в правиле числа, а на вопрос {0} отвечают выбором",
    ),
    (r'question (\S+) has no answer "(.*)"', "у вопроса {0} нет ответа «{1}»"),
    (
        r"question (\S+) is answered by a number",
        "на вопрос {0} отвечают числом, а в правиле его нет",
    ),
    (
        r"question (\S+) is answered by free text, which no rule can look at",
        "на вопрос {0} отвечают своими словами, правило на них смотреть не может",
    ),
    (r"rule (\d+) always holds", "правило {0} действует всегда: в нём нет условий"),
    (
        r"rule (\d+) contradicts the standing rule: a large customer ends at sales",
        "правило {0} спорит с главным: крупного заказчика всегда ведут продажи",
    ),
    (
        r"rule (\d+) stays with the client department, so `how` and `aim` mean nothing",
        "по правилу {0} клиент остаётся у нас, поэтому «как» и «зачем» ничего не значат",
    ),
    (
        r"a skip of (\S+) leads to (\S+), so that a large customer could stay with the"
        r" client department",
        "если этот вопрос пропустить, крупный заказчик может остаться в клиентском отделе",
    ),
    (
        r"the rules look at so many answers that their effect cannot be proved",
        "правила смотрят на столько ответов, что проверить их нельзя",
    ),
    (
        r"rule (\d+) can never hold: no path meets all its conditions",
        "правило {0} не сработает никогда: нет пути, где выполнены все его условия",
    ),
    (
        r"rule (\d+) contradicts rule (\d+): both can hold for one client, and they give it to"
        r" different departments",
        "правила {0} и {1} спорят: на одного клиента смотрят оба, а отделы называют разные",
    ),
    (
        r"a large customer would stay with the client department: (.*) ends in (\S+)",
        "крупный заказчик остался бы в клиентском отделе: {0}",
    ),
    (
        r"an organisation reaches (\S+) without its scale being asked: (.*)",
        "организация доходит до итога, а о её масштабе не спросили: {1}",
    ),
    (r"(?:.*: )?a text in one language only", "текст только на одном языке"),
    (r"(.*) has no text in Russian", "нет текста по-русски"),
    (r"(.*) has no text in English", "нет текста по-английски"),
    (r"`(.*)` is missing in (.*)", "не хватает «{0}» в {1}"),
    (r"unknown key `(.*)`", "непонятное слово «{0}»"),
    (r'(.*): "(.*)" is not known', "{0}: «{1}» — такого нет"),
    (r'"(.*)" cannot be a name', "«{0}» не годится для имени"),
    (r'(?:.*: )?"(.*)" is not written so', "«{0}» так не пишется"),
    (r'(.*): "(.*)" is not a whole number', "{0}: «{1}» — не целое число"),
    (r"(\w+) is empty", "здесь пусто"),
    (r"(?:.*: )?a number is needed", "здесь нужно число"),
    (r'(?:.*: )?"(.*)" is not a number', "«{0}» — не число"),
    (r'(?:.*: )?"(.*)" has a meaning of its own', "слово «{0}» занято"),
    (r'(?:.*: )?"(.*)" means a skip', "слово «{0}» занято: оно значит пропуск"),
    (
        r"(?:.*: )?(.*) answers to one question, (.*) are accepted",
        "{0} ответов на один вопрос; можно не больше {1}",
    ),
    (
        r"(?:.*: )?a question is of one kind, here is (.*)",
        "у вопроса должен быть один вид ответов",
    ),
    (r"(?:.*: )?the question leads nowhere", "не сказано, куда ведёт вопрос"),
    (
        r"(?:.*: )?`then` stands beside answers that lead on by themselves",
        "«then» лишнее: ответы ведут дальше сами",
    ),
    (
        r"(?:.*: )?`measures` and `unit` belong to a number",
        "единица и «measures» бывают только у числа",
    ),
    (
        r"(?:.*: )?a condition is an answer, a list of answers or numbers",
        "условие — это ответ, несколько ответов или числа",
    ),
    (r"(?:.*: )?`account` can only be key", "«account» бывает только key"),
    (r"(?:.*: )?`scale` is private, small or large", "масштаб: private, small или large"),
    (r"(?:.*: )?`volume` is a number", "объём — это число"),
    (r"not YAML: (.*)", "это не YAML: {0}"),
    (r"the file is empty", "файл пуст"),
    (r"the file has (.*) bytes; fewer than (.*) are accepted", "файл слишком велик: {0} байт"),
    (r"control character (\S+)", "недопустимый знак {0}"),
    (r"a second document begins here", "здесь начинается второй документ"),
    (r"anchors and aliases are not accepted here \((.*)\)", "якоря и ссылки не принимаются: {0}"),
    (r"tags are not accepted here \((.*)\)", "теги не принимаются: {0}"),
    (r"merge keys \(<<\) are not accepted", "слияние ключей (<<) не принимается"),
    (
        r'key "(.*)" stands here twice, first in line (\d+)',
        "ключ «{0}» стоит дважды, первый раз в строке {1}",
    ),
    (r"a key must be a plain word", "ключ должен быть простым словом"),
    (r"nested more than (\d+) deep", "вложено глубже {0} уровней"),
    (r"more than (.*) entries in one place", "больше {0} записей в одном месте"),
    (
        r'offer "(.*)" is not in the catalogue of the configuration in use',
        "предложения «{0}» нет в каталоге, который действует сейчас",
    ),
    (r"(\w+) must be a mapping \(key: value\)", "{0}: нужны пары «ключ: значение»"),
    (r"(\w+) must be a list", "{0}: нужен список"),
    (r"(\w+) must be one value", "{0}: нужно одно значение"),
    (r"(\w+): String should have at least 1 character.*", "здесь пусто"),
    (r"(\w+): String should have at most (\d+) characters.*", "длиннее {1} знаков"),
    (r"(\w+): Input should be less than or equal to (\d+).*", "можно не больше {1}"),
    (r"(\w+): Input should be greater than or equal to (\d+).*", "можно не меньше {1}"),
    (r"(\w+): Tuple should have at most (\d+) items.*", "можно не больше {1}"),
)

MENDS: tuple[tuple[str, str], ...] = (
    (r"name one of them.*", "выберите один из вопросов"),
    (r"rename one of them, since `then` could mean either", "назовите одно из них иначе"),
    (r"remove `(\w+)`, or write `owner: sales`", "уберите «{0}» или отдайте клиента продажам"),
    (
        r"add it to the offers, or name another.*",
        "добавьте его в каталог или выберите другое",
    ),
    (r"name a question or an outcome.*", "выберите, куда ведёт ответ"),
    (r"write at least one, each with `say`", "добавьте хотя бы один"),
    (r"write at least `- \{then: …\}`", "добавьте хотя бы один"),
    (r"write the ranges in rising order", "поставьте границы по возрастанию"),
    (r"add a last range without `to`", "добавьте последний диапазон без верхней границы"),
    (r"give it a `to`; only the last range goes without", "задайте ему верхнюю границу"),
    (r"write `from: (\S+)`, or leave `from` out", "начните этот диапазон с {0}"),
    (
        r"lead an answer to it by `then`, or remove it",
        "ведите к нему какой-нибудь ответ или уберите его",
    ),
    (
        r"lead this branch on to another question or to an outcome",
        "ведите этот ответ к другому вопросу или к итогу",
    ),
    (
        r"end this path earlier: two to four simple questions are the standard",
        "закончите путь раньше: по стандарту вопросов от двух до четырёх",
    ),
    (
        r"name a question, or account, scale or volume.*",
        "назовите вопрос, признак ключевого клиента, масштаб или объём",
    ),
    (
        r"write `measures: volume` in the question that asks how much is needed",
        "отметьте вопрос, который спрашивает об объёме",
    ),
    (r"name one of its answers: (.*)", "назовите один из его ответов: {0}"),
    (r"its answers are (.*)", "его ответы: {0}"),
    (r"write the numbers that are meant, such as .*", "напишите, какие числа имеются в виду"),
    (
        r"ask by a choice or a number what a rule shall hang on",
        "спросите об этом выбором или числом",
    ),
    (r"add a condition", "добавьте условие"),
    (r"write `owner: sales`, or take the rule away", "отдайте продажам или уберите правило"),
    (r"remove them, or write `owner: sales`", "уберите их или отдайте клиента продажам"),
    (
        r"lead `unknown` to another question that can answer `scale: large`, or to an outcome"
        r" of sales",
        "ведите пропуск к вопросу, где можно ответить «крупный», или к итогу продаж",
    ),
    (
        r"use fewer rules, or let the questions lead on by themselves",
        "сократите правила: пусть дальше ведут сами вопросы",
    ),
    (
        r"ask only for answers that stand on one path",
        "в условиях правила оставьте ответы одного пути",
    ),
    (
        r"narrow the conditions of one, or take one away",
        "сузьте условия одного из правил или уберите его",
    ),
    (
        r"lead it to an outcome of sales, or add a rule .*",
        "ведите этот ответ к итогу продаж",
    ),
    (
        r"pass a question in which `scale: large` can be answered, or end at sales, or say .*",
        "спросите о масштабе раньше, закончите путь в продажах"
        " или отметьте частное лицо в его ответе",
    ),
    (r"write \{ru: …, en: …\}", "нужны оба языка"),
    (r"add `(.*): …`", "допишите"),
    (r"known here: (.*)", "здесь бывает: {0}"),
    (r"write one of (.*)", "бывает: {0}"),
    (r"use Latin small letters, digits, - and _", "только строчные латинские буквы, цифры, - и _"),
    (r"write digits, such as (.*)", "напишите цифрами, например {0}"),
    (r"write something, or remove the key", "напишите что-нибудь"),
    (r"use another name", "возьмите другое имя"),
    (r"nobody can choose among so many; group them", "столько не выбрать: сгруппируйте их"),
    (
        r"give it either `answers`, `number`, `several` or `text`",
        "выбор, число, несколько ответов или текст",
    ),
    (r"add `then: …`", "скажите, куда он ведёт"),
    (r"remove it", "уберите"),
    (r"remove them", "уберите"),
    (r"write `who: organisation`, .*", "например, who: organisation или seats: {{from: 50}}"),
    (r"write `account: key`", "напишите account: key"),
    (r"write one of them", "выберите одно"),
    (r"write `volume: \{from: 50\}`", "например, volume: {{from: 50}}"),
    (r"mend the syntax", "исправьте запись"),
    (r"write the configuration into it", "напишите дерево"),
    (r"split it, or remove what is not meant to be here", "уберите лишнее"),
    (r"keep one document in a file", "оставьте один документ"),
    (r"write the text out in full", "напишите текст полностью"),
    (r"remove the tag", "уберите тег"),
    (r"write the keys out in full", "напишите ключи полностью"),
    (r"keep one of the two", "оставьте один"),
    (r"write `key: value`", "напишите «ключ: значение»"),
    (r"close the brackets earlier", "закройте скобки раньше"),
    (r"nobody can answer that many; shorten it", "сократите"),
    (
        r"add it to ivr.yaml and run `ivr reload` first.*",
        "добавьте его в ivr.yaml и перечитайте настройки",
    ),
    (r"look at the example configuration", "посмотрите на пример настроек"),
    (r"save the file as UTF-8", "сохраните файл в UTF-8"),
)


def in_words(problem: Problem) -> tuple[Words, Words]:
    """What is wrong and how to mend it; a sentence that has no Russian stays as it is."""
    return _words(problem.message, MESSAGES), _words(problem.mend, MENDS)


def _words(english: str, table: tuple[tuple[str, str], ...]) -> Words:
    return {"ru": russian(english, table) or english, "en": english}


def russian(english: str, table: tuple[tuple[str, str], ...]) -> str | None:
    """The Russian of one sentence, None when the table has none."""
    meant = _MEANT.search(english)
    bare = _MEANT.sub("", english)
    for pattern, words in table:
        if found := re.fullmatch(pattern, bare, flags=re.DOTALL):
            return words.format(*found.groups()) + (
                f" (может быть, «{meant[1]}»?)" if meant else ""
            )
    return None
