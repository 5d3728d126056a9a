import { type TableColumn, textTable } from '@regimen/core'
import stringWidth from 'string-width'
import { findings } from './findings.js'
import { formatBytes, formatMs, formatShare } from './format.js'
import type { KernelTable } from './kernels.js'
import type { Profile, ProfileRow } from './profile.js'

const right = (head: string, isOptional = false): TableColumn => ({
  head,
  align: 'right',
  isOptional,
})

const PROFILE_COLUMNS: readonly TableColumn[] = [
  { head: 'phase, hook, plugin', align: 'left', minWidth: 8 },
  right('calls', true),
  right('total'),
  right('mean', true),
  right('p50', true),
  right('p95', true),
  right('share'),
]
const KERNEL_COLUMNS: readonly TableColumn[] = [
  { head: 'kernel', align: 'left', minWidth: 8 },
  right('calls', true),
  right('total'),
  right('share'),
  right('output', true),
]

/**
 * A profile as text: the table of times, that of kernels if there is one, and the findings in words.
 *
 * @param most rows of the table; if there are more, those that took longest, longest first
 */
export function renderProfile(
  profile: Profile,
  width: number,
  most = Number.POSITIVE_INFINITY,
): string {
  const { stage, steps, wallMs, kernels } = profile
  const count = steps.count === 1 ? '1 batch' : `${steps.count} batches`
  const trained = steps.count > 0 ? `, ${count} of training` : ''
  const parts = [
    `Profile of ${stage}: ${formatMs(wallMs)}${trained}`,
    profileTable(profile, width, most),
    kernels && kernelText(kernels, width),
    findings(profile)
      .map((text) => wrapped(`- ${text}`, width))
      .join('\n'),
  ]
  return parts.filter((part) => part !== undefined).join('\n\n')
}

function profileTable({ rows, wallMs }: Profile, width: number, most: number): string {
  const total = ['total', '', formatMs(wallMs), '', '', '', formatShare(1)]
  if (rows.length <= most) {
    const lines = rows.map((row) => [
      row.plugin === undefined ? row.name : `  ${row.plugin}`,
      ...timesOf(row, wallMs),
    ])
    return textTable(PROFILE_COLUMNS, [...lines, total], {
      width,
      widthOf: stringWidth,
    }).join('\n')
  }
  const longest = rows.toSorted((a, b) => b.totalMs - a.totalMs)
  const lines = longest
    .slice(0, most)
    .map((row) => [nameAlone(row), ...timesOf(row, wallMs)])
  const others = longest.slice(most)
  const othersMs = others.reduce((sum, { totalMs }) => sum + totalMs, 0)
  const name = `${others.length} more`
  const rest = [name, '', formatMs(othersMs), '', '', '', formatShare(othersMs / wallMs)]
  return textTable(PROFILE_COLUMNS, [...lines, rest, total], {
    width,
    widthOf: stringWidth,
  }).join('\n')
}

function timesOf(
  { calls, totalMs, meanMs, p50Ms, p95Ms }: ProfileRow,
  wallMs: number,
): string[] {
  const optionalMs = (ms: number | undefined) => (ms === undefined ? '' : formatMs(ms))
  const count = calls === undefined ? '' : String(calls)
  if (totalMs <= 0) return [count]
  const means = [meanMs, p50Ms, p95Ms].map(optionalMs)
  return [count, formatMs(totalMs), ...means, formatShare(totalMs / wallMs)]
}

/** The name of a row that does not stand below its hook. */
function nameAlone({ name, plugin }: ProfileRow): string {
  return plugin === undefined ? name : `${plugin} (${name})`
}

function kernelText(table: KernelTable, width: number): string {
  const lines = table.rows.map(({ kernel, calls, totalMs, share, bytes }) => [
    kernel,
    String(calls),
    totalMs === undefined ? '?' : formatMs(totalMs),
    share === undefined ? '?' : formatShare(share),
    formatBytes(bytes),
  ])
  const { step, peakBytes, newBytes, newTensors } = table
  const calls = table.rows.reduce((sum, row) => sum + row.calls, 0)
  const totalMs = table.totalMs === undefined ? '?' : formatMs(table.totalMs)
  const bytes = table.rows.reduce((sum, row) => sum + row.bytes, 0)
  const total = ['total', String(calls), totalMs, formatShare(1), formatBytes(bytes)]
  const tensors = newTensors === 1 ? '1 tensor' : `${newTensors} tensors`
  return [
    `Kernels of training batch ${step}`,
    '',
    ...textTable(KERNEL_COLUMNS, [...lines, total], { width, widthOf: stringWidth }),
    '',
    wrapped(
      `Memory: ${formatBytes(peakBytes)} at most, ${tensors} (${formatBytes(newBytes)}) more after it`,
      width,
    ),
  ].join('\n')
}

/** A sentence on lines of at most `width` columns, all but the first indented. */
function wrapped(text: string, width: number): string {
  const [first = '', ...words] = text.split(' ')
  let [lines, line] = ['', first]
  for (const word of words) {
    if (line.length + 1 + word.length > width) {
      lines += `${line}\n`
      line = `  ${word}`
    } else line += ` ${word}`
  }
  return lines + line
}
