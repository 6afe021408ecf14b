// A day and a time that are asked of a client, as people type them.
export const ru = {
  fields: {day: "Какого числа", hour: "Во сколько"},
  field_missing: {day: "Укажите день, например 27.11 или завтра.", hour: "Укажите время, например 15:30."},
  day_hint: "27.11, завтра, чт",
  typed: {
    days: ["сегодня", "завтра", "послезавтра"],
    weekdays: ["пн понедельник", "вт вторник", "ср среда среду", "чт четверг", "пт пятница пятницу", "сб суббота субботу", "вс воскресенье"],
  },
  problems: {
    due_unreadable: "День и время непонятны. Напишите, например, 27.11 и 15:30.",
    due_past: "Это время уже прошло.",
    due_too_far: "Это слишком далеко.",
    due_never: "В это время клиентам не звонят никогда: так сказано в настройках.",
  },
};

export const en = {
  fields: {day: "Day", hour: "Time"},
  field_missing: {day: "Enter the day, such as 27.11 or tomorrow.", hour: "Enter the time, such as 15:30."},
  day_hint: "27.11, tomorrow, thu",
  typed: {
    days: ["today", "tomorrow", "day after tomorrow"],
    weekdays: ["mon monday", "tue tuesday", "wed wednesday", "thu thursday", "fri friday", "sat saturday", "sun sunday"],
  },
  problems: {
    due_unreadable: "The day and the time are not understood. Write 27.11 and 15:30, for example.",
    due_past: "That time has passed.",
    due_too_far: "That is too far away.",
    due_never: "Clients are never called at such a time: the configuration says so.",
  },
};
