import { quote, quoteAll } from '../quote.js'

/** Texts on metrics: how they are logged, named and read. */
export const metricMessages = {
  'REG_LOG_INVALID.name': (v: { metric: unknown }) =>
    `A metric was logged as ${quote(v.metric)}; expected a non-empty string.`,

  'REG_LOG_INVALID.never': (v: { metric: string }) =>
    `${quote(v.metric)} was logged with neither onStep nor onEpoch, which keeps nothing; ` +
    'set one of them.',

  'REG_LOG_INVALID.noStep': (v: { metric: string }) =>
    `${quote(v.metric)} was logged with onStep: true outside of a batch; omit onStep.`,

  'REG_LOG_INVALID.reduce': (v: {
    metric: string
    found: unknown
    expected: readonly string[]
  }) =>
    `${quote(v.metric)} was logged with reduce ${quote(v.found)}; ` +
    `expected one of ${quoteAll(v.expected)}.`,

  'REG_LOG_INVALID.reserved': (v: { metric: string; reason: string }) =>
    `${quote(v.metric)} cannot be the name of a metric: ${v.reason}. Give it another name.`,

  'REG_LOG_INVALID.shape': (v: { metric: string; shape: readonly number[] }) =>
    `${quote(v.metric)} was logged with a tensor of shape ${quote(v.shape)}; ` +
    'expected a tensor of one element.',

  'REG_LOG_INVALID.taken': (v: {
    metric: string
    source: string
    taken: string
    other: string
    otherSource: string
  }) =>
    `${quote(v.metric)} of ${v.source} would be reported as ${quote(v.taken)}, ` +
    `under which ${quote(v.other)} of ${v.otherSource} is reported. ` +
    'Give one of them another name.',

  'REG_LOG_INVALID.twice': (v: { metric: string }) =>
    `${quote(v.metric)} was logged twice with different options; use the same ones.`,

  'REG_LOG_INVALID.value': (v: { metric: string; found: unknown }) =>
    `${quote(v.metric)} was logged with ${quote(v.found)}; ` +
    'expected a number or a tensor of one element.',

  'REG_LOG_PLACE.none': (v: { metric: string }) =>
    `${quote(v.metric)} was logged where no metrics are collected. ` +
    'Log in trainingStep, validationStep or testStep, or in a hook: ' +
    'epochStart, batchStart to batchEnd, epochEnd, validationStart to validationEnd, ' +
    'testStart to testEnd.',

  'REG_METRIC_MISSING.get': (v: {
    metric: string
    origin: string
    reported: readonly string[]
    hint: string
  }) =>
    `${quote(v.metric)} was asked for, which ${v.origin} did not report. ` +
    `Reported: ${quoteAll(v.reported)}.${v.hint}`,

  'REG_METRIC_MISSING.monitored': (v: {
    plugin: string
    metric: string
    origin: string
    reported: readonly string[]
    hint: string
  }) =>
    `${v.plugin} monitors ${quote(v.metric)}, which ${v.origin} did not report. ` +
    `Reported: ${quoteAll(v.reported)}.${v.hint}`,

  'REG_METRIC_RELEASED.get': (v: { metric: string }) =>
    `${quote(v.metric)} was read after its hook had ended. ` +
    "Call metrics.get() before the hook's function ends; await it later.",
}
