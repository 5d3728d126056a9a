/** What `WANDB_MODE` may be, and what it means here, where nothing is uploaded while a run lasts. */
const MODES = {
  offline: 'offline',
  dryrun: 'offline',
  run: 'offline',
  online: 'offline',
  shared: 'offline',
  disabled: 'disabled',
} as const

/** Values of the variable `WANDB_MODE`. */
export const MODE_NAMES = Object.keys(MODES) as readonly (keyof typeof MODES)[]

type Environment = Readonly<Record<string, string | undefined>>

/** Whether files are written. The option comes before the variable, which must be one of {@link MODE_NAMES}. */
export function modeOf(
  given: 'offline' | 'disabled' | undefined,
  { WANDB_MODE }: Environment,
): 'offline' | 'disabled' {
  return given ?? MODES[(WANDB_MODE || 'offline') as keyof typeof MODES]
}

/** What a person who has set variables of W&B should know, since they do something else here. */
export function noticesOf(
  given: 'offline' | 'disabled' | undefined,
  { WANDB_MODE, WANDB_RESUME }: Environment,
): string[] {
  if (modeOf(given, { WANDB_MODE }) === 'disabled')
    return ['Nothing is logged: it is disabled.']
  const notices: string[] = []
  if (given === undefined && (WANDB_MODE === 'online' || WANDB_MODE === 'shared'))
    notices.push(
      `WANDB_MODE is "${WANDB_MODE}", and nothing is uploaded while the run lasts: files are written as in "offline", for "wandb sync".`,
    )
  if (WANDB_RESUME)
    notices.push(
      'WANDB_RESUME is not used: a fit that resumes from a checkpoint continues its run, and WANDB_RUN_ID or "runId" says another.',
    )
  return notices
}
