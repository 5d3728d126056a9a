import { measurePart } from './measure-part.js'
import { type Part, parts } from './parts.js'

const [index, effort] = process.argv.slice(2)
const result = await measurePart(parts[Number(index)] as Part, effort === 'quick')
process.send?.(result, () => process.disconnect())
