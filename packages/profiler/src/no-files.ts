/** Stands in for core's function where there are no files, and where none is asked for. */
export function makeFolder(path: string): never {
  throw new Error(`The folder ${path} cannot be made: there is no file system here.`)
}
