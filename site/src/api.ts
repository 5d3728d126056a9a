// Writes the pages of the API reference, one for each entry of a public package, from the docstrings in the sources.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Application, type TypeDocOptions } from 'typedoc'
import type { PluginOptions } from 'typedoc-plugin-markdown'
import { apiEntries, root } from './pages.js'

/** The folder of the pages, which git ignores. */
const out = join(root, 'site', 'api')

/** Writes all pages; a file for each entry, by its name: `@regimen/core/config.md`. */
export async function writeApiPages(): Promise<void> {
  rmSync(out, { recursive: true, force: true })
  const entries = apiEntries()
  const options: TypeDocOptions & Partial<PluginOptions> = {
    entryPoints: entries.map(({ source }) => join(root, source)),
    out,
    basePath: root,
    tsconfig: join(root, 'tsconfig.json'),
    plugin: ['typedoc-plugin-markdown'],
    router: 'module',
    entryFileName: 'index',
    name: 'API reference',
    readme: 'none',
    skipErrorChecking: true,
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true,
    githubPages: false,
    sanitizeComments: true,
    logLevel: 'Error',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    expandObjects: true,
  }
  const app = await Application.bootstrapWithPlugins(options)
  const project = await app.convert()
  if (!project) throw new Error('TypeDoc could not read the sources.')
  for (const page of project.children ?? []) {
    page.name = entries.find(({ source }) => isModule(source, page.name))?.name ?? page.name
  }
  await app.generateOutputs(project)
  if (app.logger.hasErrors()) throw new Error('TypeDoc reported errors.')
}

/** Whether TypeDoc's name of a module, `packages/core/src/config`, is that of a source file. */
function isModule(source: string, name: string): boolean {
  return source.replace(/(?:\/index)?\.ts$/, '') === name
}
