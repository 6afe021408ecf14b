// The form of a noun after a number.
const rules = {ru: new Intl.PluralRules("ru"), en: new Intl.PluralRules("en")};

export const ru = (n, one, few, many) => ({one, few, many, other: many})[rules.ru.select(n)];
export const en = (n, one, other) => (rules.en.select(n) === "one" ? one : other);
