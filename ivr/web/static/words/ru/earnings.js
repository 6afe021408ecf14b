// Что даёт дерево, по-русски.
import {ru as form} from "../forms.js";

const times = (n) => `${n} ${form(n, "раз", "раза", "раз")}`;

export default {
  earnings: {
    reckoning: "Считаем…",
    title: (tree) => `${tree}: что даёт дерево`,
    tree: "Дерево",
    which: "Версия",
    all_versions: "все версии",
    version: (n) => `версия ${n}`,
    no_trees: "Ни одно дерево ещё не опубликовано.",
    nothing: "За эти дни по дереву никого не спрашивали.",
    asked: "Опрошено",
    passed: "В продажи",
    stayed: "Остались у нас",
    won: "Выиграно",
    of_passed: (part) => `${part} переданных`,
    overridden: "Решено иначе",
    unfinished: "Не дошли до итога",
    by_day: "По дням",
    day: "День",
    chart: (asked, passed, won) => `По дням: опрошено ${asked}, передано в продажи ${passed}, выиграно ${won}. Те же числа в таблице ниже.`,
    read: (day, asked, passed, won) => `${day}: опрошено ${asked}, в продажи ${passed}, выиграно ${won}`,
    question: (q) => {
      const said = [`Задан ${times(q.reached)}, ответили ${q.answered}.`];
      if (q.skipped) said.push(`Не знали ответа: ${q.skipped}.`);
      if (q.stopped) said.push(`Здесь разговор оборвался: ${q.stopped}.`);
      if (q.by_hand) said.push(`Решили, не дождавшись ответа: ${q.by_hand}.`);
      return said.join(" ");
    },
    pace: (median, mean) => (median === "—" ? "Время ответа не измерено." : `Обычно отвечают за ${median}, в среднем за ${mean}.`),
    answers: "Ответы",
    answer: "Ответ",
    how_often: "Сколько",
    time: "Время",
    results: "Что вышло в продажах",
    made: {won: "выиграно", meeting: "встреча", lost: "проиграно", nothing: "ничего", refused: "отказ", closed: "снято", open: "в работе"},
    heard: (n) => `Слова клиентов, когда ничего не подошло: ${n}`,
    went_on: "пошли дальше без ответа",
    by_hand: "решено вручную",
    the_call: "звонок",
    outcomes: "Итоги",
    outcome: "Итог",
    department_only: "только отдел, без итога",
    versions: "Версии рядом",
    unasked: (n) => `Без вопросов решено ${times(n)}: клиента уже ведут продажи.`,
    unreadable: (n) => `Не вошли в отчёт: ${n}. Их ответы не подходят ни к одной сохранённой версии.`,
  },
};
