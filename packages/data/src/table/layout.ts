import { quote, quoteAll } from '../checks.js'
import { DataError } from './data-error.js'
import type { Encoders } from './encoders.js'
import type { ColumnSpec, TableOptions } from './table-options.js'

/** A column that is used. */
export interface UsedColumn {
  readonly name: string
  /** Its place in a record. */
  readonly cell: number
  readonly role: 'feature' | 'target' | 'named'
  readonly spec: ColumnSpec
  /** Whether `missing` is the rule for all columns, which is left out where it does not fit the type. */
  readonly isRuleForAll: boolean
}

/** Which columns of a file are used, and for what. */
export interface Layout {
  readonly features: readonly string[] | null
  readonly target: readonly string[] | null
  readonly used: readonly UsedColumn[]
}

/** Where the names of columns came from. */
export interface Header {
  readonly file: string
  readonly names: readonly string[]
}

/** What is known of a column by the options; a target does not take the rule for all. */
function specOf(
  { columns, missing }: TableOptions,
  name: string,
  role: UsedColumn['role'],
): ColumnSpec {
  const given = columns?.[name]
  const spec = typeof given === 'string' ? { type: given } : (given ?? {})
  if (role === 'target' || missing === undefined || spec.missing !== undefined)
    return spec
  const isMean = missing === 'mean' || missing === 'median'
  const isOther =
    ['boolean', 'category', 'string'].includes(spec.type ?? '') || spec.categories
  return isMean && isOther ? spec : { ...spec, missing }
}

function hasRule({ columns }: TableOptions, name: string): boolean {
  const given = columns?.[name]
  return typeof given === 'object' && given.missing !== undefined
}

/**
 * Assigns columns of a file by options, or as they were when encoders were fit.
 *
 * @throws REG_DATA_COLUMN for one that the file does not have
 */
export function layoutOf(
  owner: string,
  header: Header,
  options: TableOptions,
  encoders: Encoders | undefined,
): Layout {
  const { names } = header
  if (!encoders)
    for (const name of Object.keys(options.columns ?? {}))
      cellOf(owner, header, name, 'columns')
  const isSkipped = (name: string) => {
    const spec = options.columns?.[name]
    return spec === 'skip' || (typeof spec === 'object' && spec.type === 'skip')
  }
  const savedTarget = encoders?.target?.every((name) => names.includes(name))
    ? encoders.target
    : null
  const target = options.target === undefined ? savedTarget : [options.target].flat()
  const rest = target
    ? names.filter((name) => !target.includes(name) && !isSkipped(name))
    : null
  const features = options.features ?? (encoders ? encoders.features : rest)
  const named =
    target || features
      ? []
      : encoders
        ? Object.keys(encoders.columns)
        : names.filter((name) => !isSkipped(name))
  const use = (role: UsedColumn['role'], option: string) => (name: string) => ({
    name,
    cell: cellOf(owner, header, name, option),
    role,
    spec: specOf(options, name, role),
    isRuleForAll: !hasRule(options, name),
  })
  const used = [
    ...(features ?? []).map(use('feature', options.features ? 'features' : 'encoders')),
    ...(target ?? []).map(use('target', 'target')),
    ...named.map(use('named', 'encoders')),
  ]
  const unnamed = used.find(({ name, spec }) => name === '' && !spec.type)
  if (unnamed && !encoders) {
    const text = `${owner}: column ${unnamed.cell + 1} of ${header.file} has no name, as an index that was saved with a table. Skip it with columns: { '': 'skip' }, or declare its type.`
    throw new DataError('REG_DATA_COLUMN', text, {
      owner,
      file: header.file,
      column: '',
    })
  }
  if (used.length === 0) {
    const text = `${owner}: ${header.file} has no column to use; it has ${quoteAll(names)}.`
    throw new DataError('REG_DATA_COLUMN', text, { owner, file: header.file, names })
  }
  return { features, target, used }
}

function cellOf(
  owner: string,
  { file, names }: Header,
  name: string,
  option: string,
): number {
  const cell = names.indexOf(name)
  if (cell >= 0) return cell
  const [only] = names
  const isOther = names.length === 1 && only !== undefined && /[;\t|,]/.exec(only)
  const hint = isOther
    ? ` Is its delimiter ${quote(isOther[0])}? Give it as "delimiter".`
    : ''
  const near = names.find(
    (other) => other.trim().toLowerCase() === name.trim().toLowerCase(),
  )
  const nearHint = near === undefined ? '' : ` Did you mean ${quote(near)}?`
  const text = `${owner}: "${option}" names the column ${quote(name)}, which ${file} does not have; it has ${quoteAll(names)}.${hint}${nearHint}`
  throw new DataError('REG_DATA_COLUMN', text, {
    owner,
    option,
    column: name,
    file,
    names,
  })
}
