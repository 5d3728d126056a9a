import { readZip } from './read-zip.js'

/** What is in an archive. */
export interface ArchiveContents {
  readonly experiment: Readonly<Record<string, unknown>>
  readonly messages: readonly {
    readonly type: string
    readonly payload: Readonly<Record<string, unknown>>
  }[]
  /** Files by their names in the archive, in hex. */
  readonly contents: Readonly<Record<string, string>>
}

const EXPERIMENT_FIELDS = [
  'customer_error_message',
  'customer_error_reported',
  'offline_id',
  'project_name',
  'resume_strategy',
  'start_time',
  'stop_time',
  'tags',
  'workspace',
]
const MESSAGE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  metric_msg: ['context', 'local_timestamp', 'metric'],
  parameter_msg: ['local_timestamp', 'param'],
  log_other: ['key', 'local_timestamp', 'value'],
  file_upload: [
    'additional_params',
    'clean',
    'file_path',
    'local_timestamp',
    'metadata',
    'upload_type',
  ],
  graph: ['graph'],
  html: ['html'],
  system_details: [
    'command',
    'env',
    'hostname',
    'ip',
    'machine',
    'os',
    'os_release',
    'os_type',
    'pid',
    'processor',
    'python_exe',
    'python_version',
    'python_version_verbose',
    'user',
  ],
  git_metadata: ['git_metadata'],
}

/**
 * Reads an archive and checks its structure by the rules of `check_offline.py`, which Python checks
 * in the lane of the oracles.
 *
 * @throws where a rule is broken
 */
export function readArchive(path: string): ArchiveContents {
  const files = readZip(path)
  const text = (name: string) => files.get(name)?.toString('utf8') ?? ''
  const [line = '', ...more] = text('experiment.json').split('\n')
  const experiment = JSON.parse(line) as Record<string, unknown>
  check(more.join('') === '', 'experiment.json has more than one line')
  checkFields(experiment, EXPERIMENT_FIELDS)
  const { start_time: start, stop_time: stop, resume_strategy: strategy } = experiment
  check(Number.isInteger(start) && Number.isInteger(stop), `times ${start}, ${stop}`)
  check(Number(stop) >= Number(start), `stops at ${stop}, before ${start}`)
  check(['create', 'get', 'get_or_create'].includes(String(strategy)), `strategy ${strategy}`)

  const lines = text('messages.json').split('\n')
  check(lines.pop() === '', 'the last message has no end')
  const messages = lines.map((each) => JSON.parse(each) as ArchiveContents['messages'][number])
  const uploads = messages.flatMap((message) => {
    checkFields(message, ['payload', 'type'])
    checkFields(message.payload, MESSAGE_FIELDS[message.type] ?? [])
    return message.type === 'file_upload' ? [message.payload] : []
  })
  const isNamed = (upload: (typeof uploads)[number]) =>
    (upload.additional_params as { fileName?: unknown }).fileName != null
  check(uploads.every(isNamed), 'an upload has no name')
  const expected = [
    'experiment.json',
    'messages.json',
    ...uploads.map(({ file_path }) => file_path),
  ]
  check(same([...files.keys()], [...new Set(expected)].map(String)), [...files.keys()].join())
  check(![...files.keys()].some((name) => name.includes('/')), 'a file lies in a folder')

  const contents = [...files].flatMap(([name, bytes]) =>
    name.endsWith('.json') ? [] : [[name, bytes.toString('hex')] as const],
  )
  return { experiment, messages, contents: Object.fromEntries(contents) }
}

function checkFields(value: object, fields: readonly string[]): void {
  check(same(Object.keys(value), fields), JSON.stringify(value))
}

function same(names: readonly string[], others: readonly string[]): boolean {
  return names.toSorted().join() === others.toSorted().join()
}

function check(isSo: boolean, fault: string): asserts isSo {
  if (!isSo) throw new Error(`The archive breaks a rule: ${fault}`)
}
