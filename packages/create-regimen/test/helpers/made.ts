import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { run, type Surroundings } from '../../src/run.js'
import { writeTemplates } from '../../tooling/templates.mjs'

/** A folder in the package, from which everything of the workspace can be imported; removed at the end. */
export function folderInside(): string {
  return mkdtempSync(fileURLToPath(new URL('../.made-', import.meta.url)))
}

/** Runs the command line in a folder, without a terminal. */
export function create(cwd: string, ...words: readonly string[]) {
  return createIn({ cwd }, ...words)
}

/** The same, where the rest of what surrounds it may be set too. */
export async function createIn(
  place: Partial<Surroundings> & { readonly cwd: string },
  ...words: readonly string[]
) {
  const { cwd } = place
  const templates = mkdtempSync(join(cwd, '.templates-'))
  const removeTemplates = () => rmSync(templates, { recursive: true, force: true })
  let [stdout, stderr] = ['', '']
  try {
    writeTemplates(templates)
    const code = await run(words, {
      isInteractive: false,
      ...place,
      templates,
      print: (text) => {
        stdout += text
      },
      printError: (text) => {
        stderr += text
      },
    })
    return { code, stdout, stderr }
  } finally {
    removeTemplates()
  }
}

/** An empty folder for a test. */
export function emptyFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, 'create-regimen-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
