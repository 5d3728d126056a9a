import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The pages that a user reads: of the repository, of `docs/`, of each package and example. */
export function userPages(): string[] {
  const folders = ['packages/', 'examples/'].flatMap((path) =>
    readdirSync(join(root, path)).map((name) => `${path}${name}/README.md`),
  )
  const all = [...markdownIn(''), ...markdownIn('docs/'), ...folders]
  return all.filter((page) => existsSync(join(root, page)))
}

function markdownIn(path: string): string[] {
  const names = readdirSync(join(root, path))
  return names.flatMap((name) => (name.endsWith('.md') ? [`${path}${name}`] : []))
}
