import type { CommandContext } from './command-context.js'
import { openProject } from './project.js'

/** Prints the config's path, why each plugin is there, and the loop with all of them at their places. */
export async function explain({ args, streams }: CommandContext): Promise<void> {
  const { path, config, trainer, origins } = await openProject(args, streams)
  try {
    const width = Math.max(...origins.map(([id]) => id.length)) + 2
    const lines = [
      `Config: ${path}`,
      `Engine: ${config.accelerator ?? (config.gpus ? 'gpu' : 'whichever the plugins or imports of the config bring along')}`,
      '',
      'Where the plugins come from:',
      ...origins.map(([id, origin]) => `  ${id.padEnd(width)}${origin}`),
      '',
      trainer.explain(),
      '',
    ]
    streams.stdout.write(lines.join('\n'))
  } finally {
    await trainer.dispose()
  }
}
