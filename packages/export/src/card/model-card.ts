import { flatten, Redactor, Secret, secretsAround } from '@regimen/logger-kit'
import { layersModelOf } from '../model/layers-model.js'
import type { CardFacts, CardPlugin } from './card-facts.js'
import { frontMatter } from './front-matter.js'
import { lineageFacts } from './lineage-facts.js'
import { cell, facts } from './markdown.js'
import { modelTables } from './model-tables.js'
import { cardParts, cardText, mergedSections, type Section } from './sections.js'
import { dataFacts, metricNames, metricTable, trainingFacts } from './training-facts.js'

/** Name of the file that the Hugging Face Hub and others look for in a repository of models. */
export const CARD_FILE = 'MODEL_CARD.md'

/** Sections that a person fills. */
const BEGUN: readonly Section[] = [
  { heading: 'Intended use', body: '_What the model is for, and what it is not for._' },
  {
    heading: 'Limitations',
    body: '_Where it is known to be wrong, and on which data it was not tried._',
  },
]

/**
 * A model card in Markdown: model, data, training, metrics, configuration and lineage. Values whose names look
 * secret, keys of the environment and passwords in addresses are left out.
 *
 * @param existing text of the present card: sections that a person wrote, and the front matter, stay
 * @throws REG_MODULE_INVALID if the model is no `tf.LayersModel`
 * @example
 * ```ts no-run
 * const text = modelCard({ model, snapshot: await loadCheckpoint('runs/mnist/version_0/best.safetensors') })
 * ```
 */
export function modelCard(given: CardFacts, existing = ''): string {
  const { snapshot, plugins = [], formats = [] } = given
  const model = layersModelOf(given.model)
  const old = cardParts(existing)
  const name = given.name ?? model.name
  const data = [
    ...(snapshot ? dataFacts(snapshot) : []),
    ...Object.entries(given.data ?? {}),
  ]
  const lineage = [
    ...Object.entries(given.lineage ?? {}),
    ...(snapshot ? lineageFacts(snapshot) : []),
  ]
  const sections: Section[] = [
    { heading: 'Model', body: modelTables(model) },
    ...BEGUN,
    { heading: 'Metrics', body: snapshot ? metricTable(snapshot, given.run) : '' },
    { heading: 'Training', body: snapshot ? trainingFacts(snapshot) : '' },
    { heading: 'Training data', body: facts(data) },
    { heading: 'Configuration', body: configuration(given.configuration ?? {}, plugins) },
    { heading: 'Lineage', body: facts(lineage) },
  ]
  const headings = BEGUN.map(({ heading }) => heading)
  const text = cardText({
    frontMatter: frontMatter(
      {
        tags: [
          'tensorflowjs',
          'regimen',
          ...formats.filter((format) => format === 'onnx'),
        ],
        metrics: snapshot ? metricNames(snapshot) : [],
      },
      old.frontMatter,
    ),
    head: old.head || `# ${cell(name)}`,
    sections: mergedSections(sections, old.sections, headings),
  })
  return redactor().all(text)
}

function configuration(
  values: Readonly<Record<string, unknown>>,
  plugins: readonly CardPlugin[],
): string {
  const lines = plugins.map(({ id, options }) => {
    const known = spelled(options).map(([name, value]) => `${name}: ${value}`)
    return ['plugin', known.length > 0 ? `${id} (${known.join(', ')})` : id] as const
  })
  return facts([...spelled(values), ...lines])
}

/** Every value of an object with its whole name; values of secret names are hidden. */
function spelled(values: unknown): (readonly [name: string, value: unknown])[] {
  if (typeof values !== 'object' || values === null) return []
  const flat = flatten(values)
  return flat.names.map((name, at) => [name, flat.values[at]] as const)
}

function redactor(): Redactor {
  const secrets = Object.entries(secretsAround(process.env))
  return new Redactor(secrets.map(([, value]) => new Secret(value)))
}
