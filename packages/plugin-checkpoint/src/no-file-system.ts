import { RegimenError } from '@regimen/core'

function refuse(what: string): never {
  throw new RegimenError(
    'REG_OPTION_INVALID',
    `${what} needs a file system, and there is none here. Give a store: checkpoint({ store: memoryStore() }).`,
    { data: { owner: 'checkpoint', option: 'store' } },
  )
}

/** Stands in for the file store if there are no files. @throws REG_OPTION_INVALID */
export function fileStoreBelow(): never {
  return refuse('The option "dir" of checkpoint')
}

/** @throws REG_OPTION_INVALID */
export async function readPath(): Promise<never> {
  return refuse('Reading a checkpoint by its path')
}

/** @throws REG_OPTION_INVALID */
export async function writeFolder(): Promise<never> {
  return refuse('Writing a model')
}
