/** Stands in for core's function if there are no files, or if none is asked for. */
export function makeFolder(path: string): never {
  throw new Error(`The folder ${path} cannot be made: there is no file system here.`)
}
