// Слова, общие для отчётов.
import {ru as form} from "../forms.js";

export default {
  report: {
    skip: "К отчёту",
    help: "от поля к полю; выбор сразу меняет отчёт",
    days: "За какие дни",
    last_days: (n) => `последние ${n} ${form(n, "день", "дня", "дней")}`,
    own_days: "другие дни",
    first: "с",
    last: "по",
    span: (first, last) => (first === last ? first : `${first} — ${last}`),
    csv: "Скачать CSV",
    as_table: "То же таблицей",
    problems: {
      bad_period: "Первый день позже последнего.",
      long_period: "Не больше 92 дней за раз.",
      no_tree: "Такого дерева нет среди опубликованных.",
    },
  },
};
