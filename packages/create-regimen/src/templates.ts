import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

/** Files to be written: their text by their path, with `/` between folders. */
export type Files = Readonly<Record<string, string>>

/** The templates of a folder. */
export interface Templates {
  /** The files below a folder of it. */
  files(folder: string): Files
  /** The range of a package that goes with these templates. */
  range(name: string): string
  /** All packages that have a range. */
  readonly packages: readonly string[]
}

/** Opens a folder of templates, as `tooling/templates.mjs` writes it. */
export function openTemplates(root: string): Templates {
  const versions: Record<string, string> = JSON.parse(
    readFileSync(join(root, 'versions.json'), 'utf8'),
  )
  return {
    packages: Object.keys(versions),
    files(folder) {
      const paths = filesBelow(join(root, folder))
      return Object.fromEntries(
        paths.map((path) => [
          path.slice(join(root, folder).length + 1).replaceAll(sep, '/'),
          readFileSync(path, 'utf8'),
        ]),
      )
    },
    range(name) {
      const range = versions[name]
      if (range === undefined)
        throw new Error(`The templates have no version of ${name}.`)
      return range
    },
  }
}

/** Paths of all files below a folder; the packed folders of Yarn answer for one folder at a time only. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}
