import type { Arguments } from './parse-arguments.js'

/** The flags of a fit that the next one needs as well. */
const KEPT = ['config', 'accelerator', 'gpus', 'max-epochs', 'test', 'checkpoint'] as const

/**
 * The command that goes on with a run, to be typed as it is: with the flags and settings that the run
 * had, since they say where its files are and what it was.
 *
 * @param raised the option whose limit ended the run, and is to be raised
 */
export function resumeCommand({ flags, settings }: Arguments, raised?: string): string {
  const words = ['regimen fit']
  for (const name of KEPT) {
    const value = flags[name]
    if (value === undefined || (name === 'max-epochs' && raised === 'maxEpochs')) continue
    words.push(value === '' ? `--${name}` : `--${name} ${quoted(value)}`)
  }
  for (const setting of settings) {
    const key = setting.slice(0, setting.indexOf('='))
    if (key !== raised && key !== 'resumeFrom') words.push(`--set ${quoted(setting)}`)
  }
  words.push('--resume last')
  if (raised === 'maxEpochs') words.push('--max-epochs <more>')
  else if (raised !== undefined) words.push(`--set ${raised}=<more>`)
  return words.join(' ')
}

/** A word for a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
