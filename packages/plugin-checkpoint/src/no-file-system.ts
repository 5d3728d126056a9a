import { invalidOption } from '@regimen/core'

function refuse(what: string): never {
  const wanted = 'a store such as memoryStore()'
  const why = `${what} needs a file system, and there is none here`
  invalidOption('checkpoint', 'store', undefined, `${wanted}, for ${why}`)
}

/** Stands in for the file store if there are no files. @throws REG_OPTION_INVALID */
export function fileStoreBelow(): never {
  return refuse('the option "dir"')
}

/** @throws REG_OPTION_INVALID */
export async function readPath(): Promise<never> {
  return refuse('reading a checkpoint by its path')
}

/** @throws REG_OPTION_INVALID */
export async function writeFolder(): Promise<never> {
  return refuse('writing a model')
}
