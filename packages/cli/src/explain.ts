import type { CommandContext } from './command-context.js'
import { configLines } from './effective-config.js'
import { openProject } from './project.js'

/** Prints the config's path, why each plugin is there, and the loop with all of them at their places. */
export async function explain({ args, streams }: CommandContext): Promise<void> {
  const project = await openProject(args, streams)
  const { path, config, trainer, origins, terminal, effective } = project
  try {
    const width = Math.max(...origins.map(([id]) => id.length)) + 2
    const named = config.accelerator ?? (config.gpus ? 'gpu' : undefined)
    const engines = await terminal.engines()
    const engine = engines.length > 0 ? engines.join('; ') : named
    const isCompiled = origins.some(([id]) => id === 'compile')
    const steps = isCompiled
      ? 'recorded and replayed where the engine can'
      : 'run as they are; the plugin compile is not in the list'
    const lines = [
      `Config: ${path}`,
      `Engine: ${engine ?? 'whichever the plugins or imports of the config bring along'}`,
      `Steps:  ${steps}`,
      '',
      'Where the plugins come from:',
      ...origins.map(([id, origin]) => `  ${id.padEnd(width)}${origin}`),
      '',
      'Configuration:',
      ...configLines(effective),
      '',
      trainer.explain(),
      '',
    ]
    streams.stdout.write(lines.join('\n'))
  } finally {
    await trainer.dispose()
  }
}
