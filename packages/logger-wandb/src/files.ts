import { cpus, platform, release, totalmem } from 'node:os'
import type { RunFields } from './records.js'

/**
 * Hyperparameters as `config.yaml` has them, a value below each name; JSON is YAML. Nested names are
 * objects again.
 */
export function settingsText(parameters: ReadonlyMap<string, unknown>): string {
  const tree: Record<string, unknown> = Object.create(null)
  for (const [name, value] of parameters) put(tree, name.split('/'), value)
  const lines = Object.entries(tree).map(
    ([name, value]) => `${JSON.stringify(name)}:\n  value: ${JSON.stringify(value)}\n`,
  )
  return ['wandb_version: 1\n', ...lines].join('\n')
}

/** What W&B shows about the machine. No environment variable, no argument of the command line. */
export function metadataText({ host, startedAt }: RunFields): string {
  return JSON.stringify({
    os: `${platform()} ${release()}`,
    host,
    executable: process.execPath,
    startedAt: new Date(startedAt).toISOString(),
    cpu_count: cpus().length,
    memory: { total: String(totalmem()) },
    writerId: 'regimen',
  })
}

function put(
  tree: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): void {
  const [name = '', ...rest] = path
  if (rest.length === 0) {
    tree[name] = value
    return
  }
  const found = tree[name]
  const isLevel = typeof found === 'object' && found !== null
  const level = isLevel ? (found as Record<string, unknown>) : Object.create(null)
  tree[name] = level
  put(level, rest, value)
}
