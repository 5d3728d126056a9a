import { quote, quoteAll } from '../quote.js'

/** Texts on options. */
export const optionMessages = {
  'REG_OPTION_INVALID.divisor': (v: {
    event: string
    option: string
    found: unknown
    expected: string
  }) =>
    `on(${quote(v.event)}): "${v.option}" is ${quote(v.found)}; expected ${v.expected}.`,

  'REG_OPTION_INVALID.noBatch': (v: {
    option: string
    place: string
    found: number
    batches: number
    least: number
  }) =>
    `${v.option} for ${v.place} is the share ${v.found}, ` +
    `but that is no batch out of ${v.batches}; expected at least ${v.least}.`,

  'REG_OPTION_INVALID.share': (v: { option: string; place: string; found: number }) =>
    `${v.option} for ${v.place} is the share ${v.found}, ` +
    'but the source does not know its size; expected a whole number of batches.',

  'REG_OPTION_INVALID.shareOfEpoch': (v: {
    owner: string
    option: string
    foundText: string
  }) =>
    `${v.owner}: "${v.option}" is ${v.foundText}, a share of an epoch, ` +
    'but data.train does not know how many batches it has; ' +
    'expected a loader with "size", or { steps: n }, { seconds: n } or whole epochs.',

  'REG_OPTION_INVALID.uncounted': (v: {
    event: string
    option: string
    found: unknown
    events: readonly string[]
  }) =>
    `on(${quote(v.event)}): "${v.option}" is ${quote(v.found)}, but this event has no counter; ` +
    `omit it, or watch one of ${quoteAll(v.events)}.`,

  'REG_OPTION_INVALID.value': (v: {
    owner: string
    option: string
    foundText: string
    expected: string
    hint: string
  }) => `${v.owner}: "${v.option}" is ${v.foundText}; expected ${v.expected}.${v.hint}`,

  'REG_OPTION_UNKNOWN.name': (v: {
    owner: string
    option: string
    options: readonly string[]
    hint: string
  }) =>
    `${v.owner}: "${v.option}" is not known; expected one of ${quoteAll(v.options)}.${v.hint}`,
}
