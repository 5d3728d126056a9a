import { resolve } from 'node:path'
import { checkOptions, oneOf } from '@regimen/core'
import { MODE_NAMES } from './mode.js'
import { options as schema, type WandbSettings } from './options.js'

/** The variables that W&B documents, and the option that each stands for. */
const VARIABLES = {
  WANDB_PROJECT: 'project',
  WANDB_ENTITY: 'entity',
  WANDB_NAME: 'name',
  WANDB_RUN_ID: 'runId',
  WANDB_RUN_GROUP: 'group',
  WANDB_JOB_TYPE: 'jobType',
  WANDB_TAGS: 'tags',
  WANDB_NOTES: 'notes',
  WANDB_DIR: 'dir',
} as const satisfies Record<string, keyof WandbSettings>

/**
 * What holds for a run: options, then the environment.
 *
 * @throws REG_OPTION_INVALID for a value that cannot be used, wherever it stands
 */
export function resolveSettings(
  given: WandbSettings,
  env: Readonly<Record<string, string | undefined>> = process.env,
): WandbSettings {
  const found: Record<string, unknown> = {}
  if (env.WANDB_MODE)
    checkOptions(
      'wandbLogger',
      { WANDB_MODE: env.WANDB_MODE },
      { WANDB_MODE: oneOf(...MODE_NAMES) },
    )
  for (const [variable, name] of Object.entries(VARIABLES)) {
    const text = env[variable]
    if (!text || given[name] !== undefined) continue
    const value = name === 'tags' ? text.split(',').map((tag) => tag.trim()) : text
    checkOptions(
      'wandbLogger',
      { [variable]: value },
      { [variable]: schema.fields[name] },
    )
    found[name] = name === 'dir' ? resolve(text) : value
  }
  return { ...found, ...given }
}
