import { RegimenError } from '../floor/errors.js'

/**
 * The packages that find configs and import TypeScript, as `import` gives them. They are installed with
 * `@regimen/cli`, which hands over its own; without it a project that loads configs installs them.
 */
export interface ConfigTools {
  readonly cosmiconfig: {
    cosmiconfig(name: string, options: ExplorerOptions): Explorer
    readonly defaultLoaders: Readonly<Record<'.yaml' | '.yml', Loader>>
  }
  readonly jiti: {
    createJiti(path: string, options: ImporterOptions): Importer
  }
}

/** Reads a config file. */
export type Loader = (path: string, content: string) => unknown

interface ExplorerOptions {
  readonly searchPlaces: string[]
  readonly searchStrategy: 'none'
  readonly ignoreEmptySearchPlaces: boolean
  readonly cache: boolean
  readonly loaders: Readonly<Record<string, Loader>>
}

/** A config as it was found. */
export interface FoundConfig {
  readonly filepath: string
  readonly config: unknown
  readonly isEmpty?: boolean
}

/** Finds and reads configs, as cosmiconfig does. */
export interface Explorer {
  search(folder: string): Promise<FoundConfig | null>
  load(path: string): Promise<FoundConfig | null>
}

interface ImporterOptions {
  readonly fsCache: boolean
  readonly moduleCache: boolean
  readonly nativeModules: string[]
  readonly tsconfigPaths?: boolean
  readonly transform?: (file: SourceFile) => { readonly code: string }
}

/** A file that is to be compiled. */
export interface SourceFile {
  readonly source: string
  readonly filename?: string
}

/** Imports as the file would for which it was made, as jiti does. */
export interface Importer {
  import(path: string, options: { readonly default: true }): Promise<unknown>
  esmResolve(name: string): string
  esmResolve(name: string, options: { readonly try: true }): string | undefined
  transform(file: SourceFile): string
  evalModule(source: string, options: EvaluateOptions): unknown
}

interface EvaluateOptions {
  readonly filename: string
  readonly async: boolean
  readonly forceTranspile: boolean
}

const INSTALL =
  'Install @regimen/cli, which has them, or install both: npm install cosmiconfig@9 jiti@2.'

/**
 * The tools that a caller has, else those that are installed where core can import them.
 *
 * @throws REG_CONFIG_UNREADABLE where they are not, or are of another major version
 */
export async function configTools(tools?: ConfigTools): Promise<ConfigTools> {
  if (tools) return tools
  const found = await Promise.all([import('cosmiconfig'), import('jiti')]).catch(
    (cause) => {
      throw missing(cause)
    },
  )
  const [cosmiconfig, jiti] = found
  if (!('cosmiconfig' in cosmiconfig) || !('createJiti' in jiti)) throw missing()
  return { cosmiconfig, jiti }
}

function missing(cause?: unknown): RegimenError {
  const text = `Reading a config takes the packages cosmiconfig 9 and jiti 2. ${INSTALL}`
  return new RegimenError('REG_CONFIG_UNREADABLE', text, {
    cause,
    data: { packages: ['cosmiconfig', 'jiti'] },
  })
}
